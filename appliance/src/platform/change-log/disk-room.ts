import { statfs } from 'node:fs/promises';

/** Bytes of a volume. */
export interface DiskRoom {
  readonly free: number;
  readonly total: number;
}

/** Reads what room there is; an outside world that a test replaces. */
export type LookAtRoom = () => Promise<DiskRoom>;

export const roomOn =
  (directory: string): LookAtRoom =>
  async () => {
    const { bavail, blocks, bsize } = await statfs(directory);
    return { free: bavail * bsize, total: blocks * bsize };
  };

const hardLimitBytes = 200 * 1024 * 1024;
const hardLimitShare = 0.05;

/** Below this the log is given up; it begins again at twice as much. */
export const hardLimit = ({ total }: DiskRoom): number => Math.min(total * hardLimitShare, hardLimitBytes);
