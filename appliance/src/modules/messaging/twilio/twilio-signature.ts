import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const standardPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * How Twilio signs what it posts to `url` (twilio.com/docs/usage/webhooks/webhooks-security): HMAC-SHA1 over the
 * address and every field, sorted by name, name and value without anything between; of a field that comes more than
 * once, its distinct values, sorted.
 */
export function twilioSignature(authToken: string, url: string, form: URLSearchParams): string {
  const fields = valuesOf(form)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, values]) => [...values].sort().map((value) => name + value));
  return createHmac('sha1', authToken)
    .update(url + fields.join(''))
    .digest('base64');
}

/** In one walk: it is done before anybody knows whom the fields are from, and there may be thousands. */
function valuesOf(form: URLSearchParams): [name: string, values: Set<string>][] {
  const fields = new Map<string, Set<string>>();
  for (const [name, value] of form) {
    const values = fields.get(name);
    if (values === undefined) fields.set(name, new Set([value]));
    else values.add(value);
  }
  return [...fields];
}

/** Whether Twilio has signed it, with or without the standard port in the address: it does either. */
export function isSignedByTwilio(
  authToken: string,
  url: string,
  form: URLSearchParams,
  signature: string,
): boolean {
  return addressesOf(url)
    .map((address) => isEqual(twilioSignature(authToken, address, form), signature))
    .includes(true);
}

function addressesOf(url: string): string[] {
  const [, scheme = '', host = '', port, rest = ''] =
    /^(https?:)\/\/([^/?#]*?)(?::(\d+))?([/?#].*)?$/u.exec(url) ?? [];
  const standard = standardPorts[scheme];
  if (standard === undefined || (port !== undefined && port !== standard)) return [url];
  return [`${scheme}//${host}${rest}`, `${scheme}//${host}:${standard}${rest}`];
}

/** In a time that does not tell where they differ, nor how long they are. */
function isEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
