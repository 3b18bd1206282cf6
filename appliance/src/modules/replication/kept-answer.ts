import type { VenueAnswer } from '../../../contract/replication.ts';
import type { Reply } from '../../platform/http/route.ts';

const longestKept = 64 * 1024;

/** Headers that mean something to whoever asked. `set-cookie` holds a secret, and is of another site for them. */
const keptHeaders: ReadonlySet<string> = new Set(['content-type', 'location', 'retry-after']);

/**
 * What is kept of an answer, and travels to the cloud: its status, three headers, and JSON of at most 64 KiB. Pages
 * and pictures are fetched from where they are; an answer with a secret in it is of a route that is `venue_only`.
 */
export function keptAnswer({ status, headers = {}, body }: Reply): VenueAnswer {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = Object.fromEntries(named.filter(([name]) => keptHeaders.has(name)));
  return { status, headers: kept, body: keptBody(body, kept['content-type']) };
}

function keptBody(body: Reply['body'], contentType = 'application/json'): unknown {
  if (body === undefined || !/^application\/([\w.-]+\+)?json\b/u.test(contentType)) return null;
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body);
  return Buffer.byteLength(text) <= longestKept ? JSON.parse(text) : null;
}
