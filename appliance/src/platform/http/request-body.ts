import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { parse } from 'secure-json-parse';
import type { Cancel, Clock } from '../clock.ts';
import { Problem } from '../errors.ts';
import { httpProblems } from './http-problems.ts';

/** How many bytes of a body may have to be kept: what it is announced with, or all that it may have. */
export function mostBytes(headers: IncomingHttpHeaders, limit: number): number {
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = headers;
  const announced = Number(length ?? 0);
  if (announced > limit) return 0;
  const saysAll = headers['transfer-encoding'] === undefined && encoding.toLowerCase() === 'identity';
  return saysAll ? announced : limit;
}

/**
 * Reads a whole body of at most `limit` bytes, as they were sent and as they are inflated; of a larger one no more is
 * kept than that, and it is inflated no further. `seen` is given the inflated bytes as they come. By a `clock`, one that
 * trickles is refused.
 */
export async function readBytes(
  request: IncomingMessage,
  limit: number,
  seen: (part: Buffer) => void = () => {},
  clock?: Pick<Clock, 'after'>,
): Promise<Buffer> {
  const encoding = codings.get((request.headers['content-encoding'] ?? 'identity').toLowerCase());
  if (encoding === undefined) throw new Problem(httpProblems.unsupported_media_type);
  const tooLarge = () => new Problem(httpProblems.body_too_large, undefined, { limit_bytes: limit });
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLarge();
  if (request.destroyed) throw new Problem(httpProblems.malformed_request);
  const inflating = encoding === 'gzip' ? createGunzip({ chunkSize: inflatedPart }) : undefined;
  return new Promise((resolve, reject) => {
    const kept = gather(inflating === undefined ? announced : 0);
    const parts = inflating ?? request;
    let sent = 0;
    let size = 0;
    let isRefused = false;
    const tooSlow = () =>
      refuse(new Problem(httpProblems.body_too_slow, undefined, { retry_after_seconds: retryAfterSeconds }));
    const watched = clock && watchPace(clock, () => sent, tooSlow);
    const refuse = (problem: Problem) => {
      isRefused = true;
      reject(problem);
      watched?.();
      inflating?.destroy();
      kept.drop();
      // What is still under way is read and dropped, so that the answer is heard.
      request.resume();
    };
    request.on('data', (part: Buffer) => {
      sent += part.length;
    });
    request.once('end', () => watched?.());
    if (inflating !== undefined) {
      request.on('data', (part: Buffer) => {
        if (sent > limit) refuse(tooLarge());
        else if (!inflating.destroyed && !inflating.write(part)) request.pause();
      });
      inflating.on('drain', () => request.resume());
      request.once('end', () => inflating.end());
      inflating.once('error', () => refuse(new Problem(httpProblems.malformed_encoding)));
    }
    parts.on('data', (part: Buffer) => {
      if (isRefused) return;
      size += part.length;
      if (size > limit) return refuse(tooLarge());
      seen(part);
      kept.add(part);
    });
    parts.once('end', () => resolve(kept.whole()));
    // The client is gone in the middle of it: nobody reads the answer, and nothing of ours failed.
    request.once('error', () => refuse(new Problem(httpProblems.malformed_request)));
  });
}

/** A body may take this long to begin; */
const startMs = 3_000;
/** from then on, of every so long */
const paceMs = 10_000;
/** so much has to come: 16 KiB a second. */
const leastInPace = 160 * 1024;
/** Who was too slow is somewhere else by then, or others are done. */
const retryAfterSeconds = 5;

/** Tells once when less than a body's least pace has come; until it is cancelled. */
function watchPace(clock: Pick<Clock, 'after'>, received: () => number, tooSlow: () => void): Cancel {
  const watch = () => {
    const before = received();
    cancel = clock.after(paceMs, () => (received() - before < leastInPace ? tooSlow() : watch()));
  };
  let cancel = clock.after(startMs, watch);
  return () => cancel();
}

/** Whatever their case, and an older name of one (RFC 9110, section 8.4.1). */
const codings: ReadonlyMap<string, 'identity' | 'gzip'> = new Map([
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
]);

/** How much is inflated at a time. */
const inflatedPart = 64 * 1024;
/** A larger body is put where it belongs as it comes: to join its parts at the end would hold up everybody. */
const worthPlacing = 256 * 1024;

function gather(announced: number) {
  let place = announced > worthPlacing ? Buffer.allocUnsafeSlow(announced) : undefined;
  let parts: Buffer[] = [];
  let size = 0;
  return {
    add(part: Buffer): void {
      if (place === undefined) parts.push(part);
      else part.copy(place, size);
      size += part.length;
    },
    /** The request, and all that listens to it, may live on for a while. */
    drop(): void {
      place = undefined;
      parts = [];
    },
    whole(): Buffer {
      if (place !== undefined) return place.subarray(0, size);
      return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    },
  };
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
