import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { complaintAbout, type S3Keys } from './s3-signature.ts';

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface S3StandIn {
  /** For `DUGOUT_MEDIA_URL`. */
  readonly url: string;
  /** By key, below the bucket. */
  readonly objects: Map<string, Buffer>;
  /** Every request that was answered or acted on, `PUT photos/a.jpg?partNumber=1`, newest last. */
  readonly requests: readonly string[];
  /** Uploads that were begun and not ended. */
  uploads(): readonly Upload[];
  /** The connection breaks once this many bytes of bodies have come in; what was not whole by then never was. */
  cutAfter(bytes: number): void;
  /** Does what the next request asks, and the connection breaks before the answer. */
  loseNextAnswer(): void;
  /** What its clock is ahead of ours. */
  stepClock(ms: number): void;
  stop(): Promise<void>;
}

const keys: S3Keys = { accessKeyId: 'STANDIN', secretAccessKey: 'secret/with+signs', region: 'eu-test-1' };
const bucket = 'pictures';

const refused = (status: number, code: string): Answer => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
});
const told = (body: string): Answer => ({
  status: 200,
  body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
});
/** Quotes are escaped, as S3 itself does. */
const tagOf = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;
const escaped = (text: string) => text.replaceAll('"', '&quot;');

/** An S3 store on loopback that holds every signature against SigV4, and whose link can be cut in the middle. */
export async function startS3StandIn(): Promise<S3StandIn> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  const requests: string[] = [];
  let bytesUntilCut = Number.POSITIVE_INFINITY;
  let loseAnswer = false;
  let aheadMs = 0;

  async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytesUntilCut -= chunk.length;
      if (bytesUntilCut <= 0) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  function act(method: string, key: string, query: URLSearchParams, body: Buffer): Answer {
    const upload = uploads.get(query.get('uploadId') ?? '');
    if (query.has('uploadId') && upload?.key !== key) return refused(404, 'NoSuchUpload');
    if (upload !== undefined) return actOnUpload(method, key, query, body, upload);
    if (method === 'GET' && query.has('uploads')) return listUploads(query.get('prefix') ?? '');
    if (method === 'POST' && query.has('uploads')) {
      const id = randomUUID();
      uploads.set(id, { key, parts: new Map() });
      return told(
        `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    const object = objects.get(key);
    if (method === 'PUT') {
      objects.set(key, body);
      return { status: 200, headers: { etag: tagOf(body) } };
    }
    if (method === 'DELETE') {
      objects.delete(key);
      return { status: 204 };
    }
    if (object === undefined) return refused(404, 'NoSuchKey');
    if (method === 'HEAD') return { status: 200, headers: { 'content-length': String(object.length) } };
    return method === 'GET' ? { status: 200, body: object } : refused(405, 'MethodNotAllowed');
  }

  function actOnUpload(
    method: string,
    key: string,
    query: URLSearchParams,
    body: Buffer,
    { parts }: Upload,
  ): Answer {
    const id = query.get('uploadId') ?? '';
    if (method === 'PUT') {
      parts.set(Number(query.get('partNumber')), body);
      return { status: 200, headers: { etag: tagOf(body) } };
    }
    if (method === 'DELETE') {
      uploads.delete(id);
      return { status: 204 };
    }
    if (method === 'GET') {
      const listed = [...parts].map(
        ([number, bytes]) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>${escaped(tagOf(bytes))}</ETag><Size>${bytes.length}</Size></Part>`,
      );
      return told(`<ListPartsResult><Key>${key}</Key>${listed.join('')}</ListPartsResult>`);
    }
    const named = [
      ...body.toString().matchAll(/<Part><PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag><\/Part>/gu),
    ];
    const chosen = named.map(([, number, tag]) => {
      const bytes = parts.get(Number(number));
      return bytes !== undefined && tagOf(bytes) === tag ? bytes : null;
    });
    // As S3 does: with 200 at the start of a long answer there is no other status left to give.
    if (chosen.length === 0 || chosen.includes(null)) return { ...refused(200, 'InvalidPart') };
    objects.set(key, Buffer.concat(chosen.filter((bytes) => bytes !== null)));
    uploads.delete(id);
    return told(`<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`);
  }

  const listUploads = (prefix: string): Answer =>
    told(
      `<ListMultipartUploadsResult>${[...uploads]
        .filter(([, { key }]) => key.startsWith(prefix))
        .map(([id, { key }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`)
        .join('')}</ListMultipartUploadsResult>`,
    );

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const body = await bodyOf(request);
    if (body === null) {
      bytesUntilCut = Number.POSITIVE_INFINITY;
      socket.destroy();
      return;
    }
    const { method = '' } = request;
    const url = new URL(request.url ?? '/', 'http://bucket');
    const now = Date.now() + aheadMs;
    const complaint = complaintAbout(request, body, keys, now);
    const key = decodeURIComponent(url.pathname).slice(`/${bucket}/`.length);
    requests.push(`${method} ${key}${url.search}`);
    const answer = complaint === null ? act(method, key, url.searchParams, body) : refused(403, complaint);
    if (loseAnswer) {
      loseAnswer = false;
      socket.destroy();
      return;
    }
    response.writeHead(answer.status, {
      date: new Date(now).toUTCString(),
      ...(typeof answer.body === 'string' ? { 'content-type': 'application/xml' } : {}),
      ...answer.headers,
    });
    response.end(method === 'HEAD' ? undefined : answer.body);
  }

  const server = createServer((request, response) => {
    // A request whose connection broke has nobody left to be told.
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const credentials = `${keys.accessKeyId}:${encodeURIComponent(keys.secretAccessKey)}`;
  return {
    url: `s3://${credentials}@127.0.0.1:${port}/${bucket}?region=${keys.region}`,
    objects,
    requests,
    uploads: () => [...uploads.values()],
    cutAfter(bytes) {
      bytesUntilCut = bytes;
    },
    loseNextAnswer() {
      loseAnswer = true;
    },
    stepClock(ms) {
      aheadMs = ms;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
