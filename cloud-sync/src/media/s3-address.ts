/** An S3-compatible store, as `DUGOUT_MEDIA_URL` names it. */
export interface S3Address {
  /** Of the bucket, without a slash at its end. */
  readonly bucketUrl: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/**
 * `s3s://key:secret@host[:port]/bucket?region=…`; `s3://` is plain HTTP. Key and secret are percent-encoded, as in
 * any address. Throws when the bucket or the credentials are missing.
 */
export function s3Address(url: string): S3Address {
  const { protocol, host, pathname, username, password, searchParams } = new URL(url);
  const bucket = pathname.replace(/^\/+|\/+$/gu, '');
  if (bucket === '' || username === '' || password === '')
    throw new Error('DUGOUT_MEDIA_URL must name a key, a secret and a bucket: s3s://key:secret@host/bucket');
  return {
    bucketUrl: `${protocol === 's3s:' ? 'https' : 'http'}://${host}/${bucket}`,
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
    region: searchParams.get('region') ?? 'us-east-1',
  };
}
