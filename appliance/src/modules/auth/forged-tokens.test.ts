import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { EncryptJWT, SignJWT } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { aTestAppliance, testPassword } from '../../testing/test-appliance.ts';

const secret = 'the secret of this venue, long enough';
const venue = await aTestAppliance({ environment: { DUGOUT_SECRET_KEY: secret } });
afterAll(venue.stop);

const { body } = await venue.post('/login', { body: { username: 'user', password: testPassword } });
const token: string = body.token;
const [header = '', payload = '', signature = ''] = token.split('.');
const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());

const keyOf = (text: string) => new TextEncoder().encode(`dugout/tokens/${text}`);
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (head: object, content: object, key = keyOf(secret)) =>
  new SignJWT({ ...content }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...head }).sign(key);
const without = (claim: string) =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim));

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaPublic = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const asymmetric = (alg: string, key: KeyObject) => {
  const signed = `${encoded({ alg, typ: 'at+jwt' })}.${payload}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
};
const flipped = (text: string, index: number) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const at = index < 0 ? text.length + index : index;
  const other = alphabet[(alphabet.indexOf(text[at] ?? 'A') + 1) % alphabet.length];
  return text.slice(0, at) + other + text.slice(at + 1);
};
const hourAgo = Math.floor(Date.now() / 1000) - 3_600;

const corpus: [what: string, token: string][] = [
  ['nothing', ''],
  ['a word', 'token'],
  ['two dots', '..'],
  ['three letters', 'a.b.c'],
  ['a fourth part', `${token}.x`],
  ['two of three parts', `${header}.${payload}`],
  ['no signature', `${header}.${payload}.`],
  ['half a signature', `${header}.${payload}.${signature.slice(0, 20)}`],
  ['a signature whose first letter differs', `${header}.${payload}.${flipped(signature, 0)}`],
  ['a signature whose last letter differs', `${header}.${payload}.${flipped(signature, -1)}`],
  ['a signature with padding', `${token}=`],
  [
    'a signature in other letters',
    `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+`,
  ],
  ['a payload whose letter differs', `${header}.${flipped(payload, 10)}.${signature}`],
  ['a header whose letter differs', `${flipped(header, 5)}.${payload}.${signature}`],
  ['another payload', `${header}.${encoded({ ...claims, sub: 'somebody else' })}.${signature}`],
  ...['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): [string, string][] => [
    [`alg ${alg} with the signature`, `${encoded({ alg, typ: 'at+jwt' })}.${payload}.${signature}`],
    [`alg ${alg} without one`, `${encoded({ alg, typ: 'at+jwt' })}.${payload}.`],
  ]),
  ['no alg', `${encoded({ typ: 'at+jwt' })}.${payload}.${signature}`],
  ['RS256', asymmetric('RS256', rsa.privateKey)],
  ['ES256', asymmetric('ES256', ec.privateKey)],
  ['HS256 under a public key', await hmac({}, claims, new TextEncoder().encode(rsaPublic))],
  ['HS512 under the right key', await hmac({ alg: 'HS512' }, claims)],
  ['HS384 under the right key', await hmac({ alg: 'HS384' }, claims)],
  ['another secret', await hmac({}, claims, keyOf('the secret of another venue, long too'))],
  ['the bare secret', await hmac({}, claims, new TextEncoder().encode(secret))],
  ['a zero as the key', await hmac({}, claims, new Uint8Array(32))],
  ['another venue', await hmac({}, { ...claims, aud: 'another-venue' })],
  ['no venue', await hmac({}, without('aud'))],
  ['another issuer', await hmac({}, { ...claims, iss: 'evil' })],
  ['no issuer', await hmac({}, without('iss'))],
  ['another type', await hmac({ typ: 'JWT' }, claims)],
  ['no type', await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(keyOf(secret))],
  ['no end', await hmac({}, without('exp'))],
  ['an end an hour ago', await hmac({}, { ...claims, exp: hourAgo })],
  ['an end in words', await hmac({}, { ...claims, exp: 'never' })],
  ['a beginning to come', await hmac({}, { ...claims, nbf: claims.exp })],
  ['no moment of issue', await hmac({}, without('iat'))],
  ['no user', await hmac({}, without('sub'))],
  ['no session', await hmac({}, without('sid'))],
  ['a session nobody opened', await hmac({}, { ...claims, sid: crypto.randomUUID() })],
  ['a session that is a list', await hmac({}, { ...claims, sid: [claims.sid] })],
  ['a session that is SQL', await hmac({}, { ...claims, sid: "' OR 1=1 --" })],
  ['a kid that is a path', await hmac({ kid: '../../../../dev/null' }, claims, new Uint8Array(32))],
  [
    'a kid that is SQL',
    await hmac({ kid: "x' UNION SELECT 'key' --" }, claims, new TextEncoder().encode('key')),
  ],
  ['a key set elsewhere', await hmac({ jku: 'http://127.0.0.1:1/keys' }, claims, new Uint8Array(32))],
  ['a certificate elsewhere', await hmac({ x5u: 'http://127.0.0.1:1/cert' }, claims, new Uint8Array(32))],
  ['a key of its own', await hmac({ jwk: { kty: 'oct', k: 'AAAA' } }, claims, new Uint8Array(32))],
  [
    'an extension that is critical',
    `${encoded({ alg: 'HS256', typ: 'at+jwt', crit: ['exp2'], exp2: 1 })}.${payload}.${signature}`,
  ],
  [
    'an encrypted one',
    await new EncryptJWT(claims)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(new Uint8Array(32)),
  ],
  ['a payload that is no JSON', `${header}.${Buffer.from('x').toString('base64url')}.${signature}`],
  ['a payload that is a list', `${header}.${encoded([claims])}.${signature}`],
  ['a token of eight kilobytes', `${header}.${'x'.repeat(8_000)}.${signature}`],
];

test('the real one is taken', async () => {
  const headers = { authorization: `Bearer ${token}` };
  expect((await venue.get('/api/session', { headers })).status).toBe(200);
  expect(
    (await venue.get('/api/session', { headers: { authorization: `Bearer ${await hmac({}, claims)}` } }))
      .status,
  ).toBe(200);
});

describe.each(corpus)('a token with %s', (_what, forged) => {
  test('is refused, as bearer and as cookie', async () => {
    const asBearer = await venue.get('/api/session', { headers: { authorization: `Bearer ${forged}` } });
    expect(asBearer).toMatchObject({ status: 401 });
    const asCookie = await venue.get('/api/session', { headers: { cookie: `dugout_session=${forged}` } });
    expect(asCookie).toMatchObject({ status: 401 });
    expect(JSON.stringify([asBearer.body, asCookie.body])).not.toMatch(/jose|signature|stack/iu);
  });
});

test('the corpus is worth its name', () => expect(corpus.length).toBeGreaterThan(50));
