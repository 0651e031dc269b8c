/** What some work gave, or why it gave nothing. */
export type Attempt<T> = { readonly value: T } | { readonly error: unknown };

/** Does the work, and keeps its error for later. */
export async function tried<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}
