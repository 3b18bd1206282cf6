/** Where the bytes of a picture are kept in the cloud. */
export type MediaPlace = 'postgres' | 's3';

export interface MediaDepot {
  /**
   * Resolves when the depot has the bytes whole under their name and the index says so. What arrived in an earlier,
   * broken attempt is not sent again. `beforePart` is awaited before each piece that is sent.
   */
  put(site: string, file: string, bytes: Buffer, beforePart: () => Promise<void>): Promise<void>;
  /** As it is kept there; null when it is not. */
  read(site: string, file: string): Promise<Buffer | null>;
  /** Also what arrived of it in a broken attempt. The index is left alone. */
  remove(site: string, file: string): Promise<void>;
}
