/** Lengths of the log, in pages, at which something is done about it. */
export const logPages = {
  /** SQLite's own default: moving fewer is not worth the syncs. */
  worthwhile: 1_000,
  /** Here the writer does it, because the thread never comes to the end of a log that is written without pause. */
  writersTurn: 10_000,
} as const;

/** Places in the memory that the writing thread shares with the checkpointer's. */
export const signals = {
  /** What the writing thread wants: one of `wishes`. */
  wish: 0,
  /** 1 when the checkpointer has closed its connection. */
  ended: 1,
} as const;

export const wishes = { goOn: 0, stop: 1 } as const;

export interface CheckpointerData {
  readonly file: string;
  readonly shared: Int32Array;
}
