import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import { type HealthCheck, NotReady } from './health.ts';

/** Room for the database's log at its largest (64 MB) and for the pictures of an hour. */
const floorBytes = 200 * 1024 * 1024;
const floorFiles = 1_000;

/** Whether the volume of `directory` has room for what a venue writes. */
export function createDiskCheck(directory: string, metrics: Registry, floor = floorBytes): HealthCheck {
  new Gauge({
    name: 'dugout_disk_free_bytes',
    help: 'Room left on the volume of the data directory',
    registers: [metrics],
    async collect() {
      const { bavail, bsize } = await statfs(directory);
      this.set(bavail * bsize);
    },
  });
  return {
    name: 'disk',
    async check() {
      const { bavail, bsize, files, ffree } = await statfs(directory);
      const free = bavail * bsize;
      if (free < floor) throw new NotReady(`${inMegabytes(free)} are free, ${inMegabytes(floor)} are needed`);
      // Some file systems have no fixed number of files and say 0.
      if (files > 0 && ffree < floorFiles) throw new NotReady(`there is room for ${ffree} more files only`);
    },
  };
}

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MB`;
