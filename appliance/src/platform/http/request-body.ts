import type { IncomingMessage } from 'node:http';
import { parse } from 'secure-json-parse';
import { Problem } from '../errors.ts';
import { httpProblems } from './http-problems.ts';

/** Reads a whole body of at most `limit` bytes; of a larger one no more is kept than that. */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new Problem(httpProblems.unsupported_media_type);
  const tooLarge = () => new Problem(httpProblems.body_too_large, undefined, { limit_bytes: limit });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  if (request.destroyed) throw new Problem(httpProblems.malformed_request);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(tooLarge());
    });
    request.once('end', () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
    // The client is gone in the middle of it: nobody reads the answer, and nothing of ours failed.
    request.once('error', () => reject(new Problem(httpProblems.malformed_request)));
  });
}

/** Fields as they were sent: names may repeat. What is no UTF-8 becomes U+FFFD, as in a browser. */
export function parseForm(bytes: Buffer, contentType = ''): URLSearchParams {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/iu.test(contentType)) {
    throw new Problem(httpProblems.unsupported_media_type);
  }
  return new URLSearchParams(bytes.toString());
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An empty body is an empty object, so that a call without arguments needs none. */
export function parseJson(bytes: Buffer, contentType: string | undefined): unknown {
  if (bytes.length === 0) return {};
  if (contentType !== undefined && !/^application\/(json|[\w.+-]+\+json)\s*(;|$)/iu.test(contentType)) {
    throw new Problem(httpProblems.unsupported_media_type);
  }
  try {
    return parse(utf8.decode(bytes), null, { protoAction: 'error', constructorAction: 'error' });
  } catch {
    throw new Problem(httpProblems.malformed_json);
  }
}
