import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** S3's words for what is wrong with a request, or null. */
export type S3Complaint =
  | 'AccessDenied'
  | 'InvalidAccessKeyId'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch'
  | 'XAmzContentSHA256Mismatch';

const skewAllowedMs = 15 * 60_000;
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * Checks a request as S3 does: Signature Version 4 of header, path, query and body
 * (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
 */
export function complaintAbout(
  request: IncomingMessage,
  body: Buffer,
  { accessKeyId, secretAccessKey, region }: S3Keys,
  now: number,
): S3Complaint | null {
  const found =
    /^AWS4-HMAC-SHA256 Credential=(?<credential>[^,]+), ?SignedHeaders=(?<signed>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/u.exec(
      request.headers.authorization ?? '',
    )?.groups;
  if (found === undefined) return 'AccessDenied';
  const { credential = '', signed = '', signature = '' } = found;
  const time = single(request, 'x-amz-date');
  const digest = single(request, 'x-amz-content-sha256');
  const day = time.slice(0, 8);
  if (!credential.startsWith(`${accessKeyId}/`)) return 'InvalidAccessKeyId';
  if (Math.abs(momentOf(time) - now) > skewAllowedMs) return 'RequestTimeTooSkewed';
  if (digest !== sha256(body)) return 'XAmzContentSHA256Mismatch';

  const names = signed.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.includes(name)))
    return 'AccessDenied';
  const url = new URL(request.url ?? '/', 'http://bucket');
  const canonical = [
    request.method,
    url.pathname.split('/').map(encoded).join('/'),
    [...url.searchParams]
      .map(([name, value]) => `${strict(name)}=${strict(value)}`)
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${single(request, name).trim().replace(/\s+/gu, ' ')}`),
    '',
    signed,
    digest,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = ['s3', 'aws4_request'].reduce<Buffer>(
    (made, text) => hmac(made, text),
    hmac(hmac(`AWS4${secretAccessKey}`, day), region),
  );
  const right = credential === `${accessKeyId}/${scope}`;
  return right && timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'))
    ? null
    : 'SignatureDoesNotMatch';
}

const single = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
};
const strict = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/gu, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const encoded = (segment: string) => strict(decodeURIComponent(segment));
/** `20130524T000000Z` */
const momentOf = (time: string) =>
  Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z'));
