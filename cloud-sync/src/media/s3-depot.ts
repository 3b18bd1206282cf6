import type { MediaDepot } from './media-depot.ts';
import type { MediaIndex } from './media-index-store.ts';
import type { S3Client, S3Part } from './s3-client.ts';

/** The smallest part that S3 takes, but for the last one; pictures that fit into one go whole. */
const smallestPart = 5 * 1024 * 1024;

const types: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  png: 'image/png',
};
const typeOf = (file: string) => types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

export interface S3DepotParts {
  readonly s3: S3Client;
  readonly index: Pick<MediaIndex, 'record'>;
  /** Bytes; other than the smallest that S3 takes in tests alone. */
  readonly partBytes?: number;
}

/** Pictures as objects `<site>/<file>` in a bucket; the index in Postgres names them once they are whole. */
export function createS3Depot({ s3, index, partBytes = smallestPart }: S3DepotParts): MediaDepot {
  const keyOf = (site: string, file: string) => `${site}/${file}`;

  async function putInParts(
    key: string,
    type: string,
    bytes: Buffer,
    beforePart: () => Promise<void>,
  ): Promise<void> {
    const [begun] = await s3.uploadsOf(key);
    const upload = begun ?? (await s3.begin(key, type));
    const there = begun === undefined ? [] : await s3.partsOf(key, begun);
    const parts: S3Part[] = [];
    for (let number = 1; (number - 1) * partBytes < bytes.length; number += 1) {
      const piece = bytes.subarray((number - 1) * partBytes, number * partBytes);
      const arrived = there.find((part) => part.number === number && part.size === piece.length);
      if (arrived === undefined) await beforePart();
      parts.push(arrived ?? (await s3.putPart(key, upload, number, piece)));
    }
    await s3.complete(key, upload, parts);
  }

  return {
    async put(site, file, bytes, beforePart) {
      const key = keyOf(site, file);
      if ((await s3.sizeOf(key)) !== bytes.length) {
        if (bytes.length > partBytes) {
          await putInParts(key, typeOf(file), bytes, beforePart);
        } else {
          await beforePart();
          await s3.put(key, bytes, typeOf(file));
        }
        const size = await s3.sizeOf(key);
        if (size !== bytes.length) throw new Error(`${key} is ${size} bytes long there, not ${bytes.length}`);
      }
      await index.record(site, file, bytes.length, 's3');
    },

    read: (site, file) => s3.get(keyOf(site, file)),

    async remove(site, file) {
      const key = keyOf(site, file);
      for (const upload of await s3.uploadsOf(key)) await s3.abort(key, upload);
      await s3.remove(key);
    },
  };
}
