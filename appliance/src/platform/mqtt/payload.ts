import { parse } from 'secure-json-parse';
import type { Topic } from './topic.ts';

/** Why a payload is not what its topic declares. */
export type PayloadRefusal = 'payload_too_large' | 'not_json' | 'too_deep' | 'schema';

export type Decoded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly refusal: PayloadRefusal; readonly where?: string };

const usualMaxBytes = 64 * 1024;
const deepest = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a payload by its topic. What is wrong with it is told by place (`/battery`), never by content. */
export function decodePayload(topic: Topic, bytes: Buffer): Decoded {
  if (bytes.length > (topic.maxBytes ?? usualMaxBytes)) return refused('payload_too_large');
  if (topic.payload === 'binary') return { ok: true, value: bytes };
  if (depthOf(bytes) > deepest) return refused('too_deep');
  let json: unknown;
  try {
    json = parse(utf8.decode(bytes));
  } catch {
    return refused('not_json');
  }
  const result = topic.payload.safeParse(json);
  if (result.success) return { ok: true, value: result.data };
  const path = result.error.issues[0]?.path.map(String) ?? [];
  return { ok: false, refusal: 'schema', where: `/${path.join('/')}`.slice(0, 100) };
}

/** Throws a `ZodError` or a `TypeError` when the payload is not what the topic declares: that is our own mistake. */
export function encodePayload(topic: Topic, payload: unknown): Buffer {
  if (topic.payload !== 'binary') return Buffer.from(JSON.stringify(topic.payload.parse(payload)));
  if (Buffer.isBuffer(payload)) return payload;
  throw new TypeError(`topic ${topic.name} takes bytes`);
}

const refused = (refusal: PayloadRefusal): Decoded => ({ ok: false, refusal });

const [quote, backslash, openBrace, openBracket, closeBrace, closeBracket] = Buffer.from('"\\{[}]');

/** The deepest nesting of brackets outside strings, found without recursion and before anything is parsed. */
function depthOf(json: Buffer): number {
  let depth = 0;
  let maximum = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > maximum) maximum = depth;
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1;
  }
  return maximum;
}
