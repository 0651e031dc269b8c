/** What the engine tells while it works. It prints nothing: a renderer listens. */
export type Event =
  /** Once, before anything is done. */
  | { readonly kind: 'plan'; readonly text: string }
  /** A stretch of work begins; `total` in `unit`, null when its length is unknown. */
  | { readonly kind: 'stage'; readonly title: string; readonly total: number | null; readonly unit: string }
  /** The current stage has come to `done`; `note` says what is at work. */
  | {
      readonly kind: 'progress';
      readonly done?: number;
      /** When it turns out to be another than the stage began with. */
      readonly total?: number;
      readonly bytes?: number;
      readonly note?: string;
    }
  | { readonly kind: 'warning'; readonly text: string };

export type Emit = (event: Event) => void;
