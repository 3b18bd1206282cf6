/** What is stored is not what was written: it is left out, and said. */
export interface Damage {
  readonly code: 'chunk_damaged' | 'frame_damaged' | 'file_damaged';
  readonly streamId: string;
  readonly run: string;
  /** Number of its first sample, as far as that can be read. */
  readonly seq: number;
}
