/** How the driver writes a parameter; it exports this, and its types do not tell. */
declare module 'pg/lib/utils.js' {
  export function prepareValue(value: unknown): string | Buffer | null;
}
