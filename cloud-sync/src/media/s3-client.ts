import { hash } from 'node:crypto';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { AwsV4Signer } from 'aws4fetch';
import type { S3Address } from './s3-address.ts';

/** From the first packet to the last byte of the answer: a part has to fit in, on a link of 0.2 Mbit/s. */
const timeLimitMs = 300_000;
/** Two clocks this far apart are reason enough for a refusal to be tried again by the other one. */
const tellingMs = 5 * 60_000;

export interface S3Part {
  readonly number: number;
  /** As the store gave it, with its quotes. */
  readonly tag: string;
  readonly size: number;
}

/** The store said no. `code` is its own word, `NoSuchKey` for one. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, what: string) {
    super(`the S3 store answered ${status} ${code} to ${what}`);
    this.status = status;
    this.code = code;
  }
}

export interface S3ClientOptions {
  readonly address: S3Address;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Requests to one bucket. Every body is signed by its hash, so the store refuses what was damaged on its way. */
export function createS3Client({ address, clock, fetch: send = fetch }: S3ClientOptions) {
  /** What the store's clock is ahead of ours: it refuses signatures that are fifteen minutes off. */
  let aheadMs = 0;

  async function attempt({ method, key, query = {}, body, headers = {} }: Request): Promise<Answer> {
    const url = new URL(`${address.bucketUrl}/${key}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signed = await new AwsV4Signer({
      ...address,
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': hash('sha256', body ?? '') },
      service: 's3',
      datetime: new Date(clock.now() + aheadMs).toISOString().replace(/[:-]|\.\d{3}/gu, ''),
    }).sign();
    const ending = new AbortController();
    const cancel = clock.after(timeLimitMs, () => ending.abort());
    try {
      const response = await send(signed.url, {
        method,
        headers: signed.headers,
        redirect: 'manual',
        signal: ending.signal,
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      });
      const { status, headers: said } = response;
      return { status, headers: said, body: Buffer.from(await response.arrayBuffer()) };
    } finally {
      cancel();
    }
  }

  async function ask(request: Request): Promise<Answer> {
    const answer = await attempt(request);
    if (answer.status !== 403) return answer;
    // A refused HEAD does not say why, but every answer says when.
    const theirsAheadMs = Date.parse(answer.headers.get('date') ?? '') - clock.now();
    if (!(Math.abs(theirsAheadMs - aheadMs) > tellingMs)) return answer;
    aheadMs = theirsAheadMs;
    return attempt(request);
  }

  async function order(request: Request): Promise<Answer> {
    const answer = await ask(request);
    // Completing an upload may answer 200 and then tell of an error, because it takes long.
    if (answer.status >= 300 || codeOf(answer) !== undefined) throw refusal(request, answer);
    return answer;
  }

  return {
    /** Bytes; null when there is no such object. */
    async sizeOf(key: string): Promise<number | null> {
      const request = { method: 'HEAD', key } as const;
      const answer = await ask(request);
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw refusal(request, answer);
      return Number(answer.headers.get('content-length'));
    },

    async get(key: string): Promise<Buffer | null> {
      const request = { method: 'GET', key } as const;
      const answer = await ask(request);
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw refusal(request, answer);
      return answer.body;
    },

    async put(key: string, body: Buffer, type: string): Promise<void> {
      await order({ method: 'PUT', key, body, headers: { 'content-type': type } });
    },

    async remove(key: string): Promise<void> {
      await order({ method: 'DELETE', key });
    },

    /** Uploads of an object in parts that were begun and not ended. */
    async uploadsOf(key: string): Promise<string[]> {
      const { body } = await order({ method: 'GET', key: '', query: { uploads: '', prefix: key } });
      return elements(body, 'Upload')
        .filter((upload) => element(upload, 'Key') === key)
        .map((upload) => element(upload, 'UploadId'));
    },

    async begin(key: string, type: string): Promise<string> {
      const { body } = await order({
        method: 'POST',
        key,
        query: { uploads: '' },
        headers: { 'content-type': type },
      });
      return element(body.toString(), 'UploadId');
    },

    async partsOf(key: string, upload: string): Promise<S3Part[]> {
      const { body } = await order({ method: 'GET', key, query: { uploadId: upload } });
      return elements(body, 'Part').map((part) => ({
        number: Number(element(part, 'PartNumber')),
        tag: element(part, 'ETag'),
        size: Number(element(part, 'Size')),
      }));
    },

    async putPart(key: string, upload: string, number: number, body: Buffer): Promise<S3Part> {
      const query = { partNumber: String(number), uploadId: upload };
      const { headers } = await order({ method: 'PUT', key, query, body });
      return { number, tag: headers.get('etag') ?? '', size: body.length };
    },

    async complete(key: string, upload: string, parts: readonly S3Part[]): Promise<void> {
      const listed = parts.map(
        ({ number, tag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`,
      );
      const body = Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`);
      await order({ method: 'POST', key, query: { uploadId: upload }, body });
    },

    async abort(key: string, upload: string): Promise<void> {
      await order({ method: 'DELETE', key, query: { uploadId: upload } });
    },
  };
}
export type S3Client = ReturnType<typeof createS3Client>;

const refusal = ({ method, key }: Request, answer: Answer) =>
  new S3Refusal(answer.status, codeOf(answer) ?? '', `${method} ${key}`);

/** The store's word for what is wrong; undefined when nothing is. */
function codeOf({ headers, body }: Answer): string | undefined {
  if (!(headers.get('content-type') ?? '').includes('xml')) return undefined;
  const text = body.subarray(0, 4_096).toString();
  return /<Error>/u.test(text) ? element(text, 'Code') : undefined;
}

/** The answers are flat lists of elements without attributes, whose values hold no markup. */
const elements = (body: Buffer, name: string): string[] =>
  [...body.toString().matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gsu'))].map(([, inner = '']) => inner);

const element = (text: string, name: string): string =>
  unescaped(new RegExp(`<${name}>(.*?)</${name}>`, 'su').exec(text)?.[1] ?? '');

const entities: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };
const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));/gu, (whole, number: string | undefined, name: string | undefined) =>
    number === undefined ? (entities[name ?? ''] ?? whole) : String.fromCodePoint(Number(number)),
  );
