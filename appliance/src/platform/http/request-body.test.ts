import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, testPassword } from '../../testing/test-appliance.ts';
import { readBytes } from './request-body.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const limit = 64 * 1024;
const signUp = (
  body: Buffer | string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => venue.post('/api/players', { body: Buffer.isBuffer(body) ? body : Buffer.from(body), headers });

describe('a body that is not JSON', () => {
  test.each([
    ['half an object', '{'],
    ['a property without a value', '{"name":}'],
    ['a comma too many', '{"name":"Ana",}'],
    ['a comment', '{"name":"Ana"} // hello'],
    ['two documents', '{"name":"Ana"}{"name":"Ana"}'],
    ['single quotes', "{'name':'Ana'}"],
    ['a name without quotes', '{name:"Ana"}'],
    ['NaN', '{"name":"Ana","birth_year":NaN}'],
    ['Infinity', '{"name":"Ana","birth_year":Infinity}'],
    ['a hexadecimal number', '{"name":"Ana","birth_year":0x7d0}'],
    ['a number that begins with zero', '{"name":"Ana","birth_year":02000}'],
    ['a raw line break in a string', '{"name":"A\nna"}'],
    ['a raw NUL in a string', '{"name":"A\u0000na"}'],
    ['an escape that is none', '{"name":"\\x41na"}'],
    ['white space', '   '],
    ['markup', '<name>Ana</name>'],
    ['a form', 'name=Ana'],
    ['UTF-16', Buffer.from('{"name":"Ana"}', 'utf16le')],
    ['Latin 1', Buffer.from('{"name":"Zo\xeb"}', 'latin1')],
    [
      'a byte that is no UTF-8',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    ],
    [
      'an overlong slash',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    ],
    [
      'a surrogate in UTF-8',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
    ['a character cut in two', Buffer.from('{"name":"ë"}').subarray(0, 10)],
    ['thirty thousand lists in one another', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['thirty thousand lists that do not end', '['.repeat(30_000)],
  ])('is refused: %s', async (_case, body) => {
    const refusal = await signUp(body);
    expect([400, 422]).toContain(refusal.status);
    expect(['malformed_json', 'invalid_request']).toContain(refusal.body.code);
    expect(JSON.stringify(refusal.body)).not.toMatch(/SyntaxError|position|stack/u);
  });
});

test.each([
  ['__proto__', '{"name":"Ana","__proto__":{"role":"admin"}}'],
  ['__proto__ deep within', '{"name":"Ana","consent":{"__proto__":{"sms":true}}}'],
  ['__proto__ in escapes', '{"name":"Ana","\\u005f\\u005fproto\\u005f\\u005f":{"role":"admin"}}'],
  ['constructor.prototype', '{"name":"Ana","constructor":{"prototype":{"role":"admin"}}}'],
])('a body that names %s is refused before anything looks at it', async (_case, body) => {
  expect(await signUp(body)).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
  expect(Object.hasOwn(Object.prototype, 'role')).toBe(false);
});

describe('JSON that is not an object', () => {
  test.each(['null', '[]', '"Ana"', '42', 'true', '[{"name":"Ana"}]', '{}'])(
    'is refused: %s',
    async (body) => {
      expect(await signUp(body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    },
  );
});

describe('JSON in another dress', () => {
  test.each([
    ['with a byte order mark', '\ufeff{"name":"Ana"}'],
    ['with white space around it', ' \r\n\t{"name":"Ana"}\n'],
    ['with escapes', '{"\\u006e\\u0061me":"\\u0041na"}'],
  ])('is taken: %s', async (_case, body) => {
    expect(await signUp(body)).toMatchObject({ status: 201, body: { name: 'Ana' } });
  });

  test('of two properties with one name takes the last, always', async () => {
    expect((await signUp('{"name":"One","name":"Two"}')).body.name).toBe('Two');
    expect((await signUp('{"name":"One","\\u006eame":"Two"}')).body.name).toBe('Two');
  });

  test('with a number that no double holds does not round it into something else', async () => {
    for (const year of ['9007199254740993', '1e400', '-0.5', '19900000000000000000000'])
      expect((await signUp(`{"name":"Ana","birth_year":${year}}`)).status).toBe(422);
    expect((await signUp('{"name":"Ana","birth_year":1.99e3}')).body.birth_year).toBe(1990);
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/json;charset="UTF-8"',
    'application/merge-patch+json',
  ])('is taken as %s', async (type) => {
    expect((await signUp('{"name":"Ana"}', { 'content-type': type })).status).toBe(201);
  });
});

describe('a body of another type', () => {
  test.each([
    'text/plain',
    'text/plain;charset=utf-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/xml',
    'text/json',
    'json',
    'application/',
    'text/plain, application/json',
  ])('is refused: %s', async (type) => {
    const refusal = await signUp('{"name":"Ana"}', { 'content-type': type });
    expect(refusal).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  test.each(['br', 'deflate', 'identity, gzip', 'gzip, gzip', 'x'])(
    'is refused when encoded: %s',
    async (encoding) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      expect(await signUp(gzipSync('{"name":"Ana"}'), headers)).toMatchObject({ status: 415 });
    },
  );
});

describe('a body that is compressed', () => {
  const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const sized = (bytes: number) => gzipSync(`{"name":"Ana"}${' '.repeat(bytes - 14)}`);

  test.each(['GZIP', 'x-gzip'])('is inflated, also under the name %s', async (coding) => {
    const headers = { ...zipped, 'content-encoding': coding };
    expect(await signUp(gzipSync('{"name":"Ana"}'), headers)).toMatchObject({ status: 201 });
  });

  test('is taken as what it is inflated to', async () => {
    const { status, body } = await signUp(gzipSync('{"name":"Zoë"}'), zipped);
    expect({ status, name: body.name }).toEqual({ status: 201, name: 'Zoë' });
  });

  test('may be as large as any, and no larger, when it is inflated', async () => {
    expect((await signUp(sized(limit), zipped)).status).toBe(201);
    expect(await signUp(sized(limit + 1), zipped)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large', limit_bytes: limit },
    });
  });

  test('is not inflated further than it may be large', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(limit);
    const request = Object.assign(Readable.from([bomb]), { headers: { 'content-encoding': 'gzip' } });
    let inflated = 0;
    const refused = readBytes(request as unknown as IncomingMessage, limit, (part) => {
      inflated += part.length;
    });
    await expect(refused).rejects.toMatchObject({ kind: { code: 'body_too_large' } });
    expect(await signUp(bomb, zipped)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(inflated).toBeLessThanOrEqual(limit);
  });

  test.each([
    ['no gzip', Buffer.from('{"name":"Ana"}')],
    ['half of it', gzipSync('{"name":"Ana"}').subarray(0, 20)],
    ['nothing', Buffer.alloc(0)],
    ['a wrong checksum', gzipSync('{"name":"Ana"}').fill(0x55, 24)],
  ])('is refused when it is %s', async (_what, body) => {
    expect(await signUp(body, zipped)).toMatchObject({ status: 400, body: { code: 'malformed_encoding' } });
  });

  test('is one request with what it is inflated to, under one idempotency key', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const plain = await signUp('{"name":"Ana"}', { 'content-type': 'application/json', ...key });
    expect((await signUp(gzipSync('{"name":"Ana"}'), { ...zipped, ...key })).body).toEqual(plain.body);
  });
});

describe('a body that is too large', () => {
  const filled = (bytes: number) => `{"name":"Ana"}${' '.repeat(bytes - 14)}`;

  test('is so from the first byte over the limit', async () => {
    expect((await signUp(filled(limit))).status).toBe(201);
    expect(await signUp(filled(limit + 1))).toMatchObject({
      status: 413,
      body: { code: 'body_too_large', limit_bytes: limit },
    });
  });

  test('is so when its lists are a hundred thousand deep', async () => {
    expect((await signUp('['.repeat(100_000))).status).toBe(413);
  });

  /** Sends a head, and then a body until it is answered; answers what was said, and after how much. */
  async function stream(head: string, chunk: Buffer, times: number) {
    const socket = connect(venue.ports.http, '127.0.0.1');
    await once(socket, 'connect');
    let said = '';
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const unanswered = () => said === '' && !socket.destroyed;
    socket.write(
      `POST /api/players HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${head}\r\n\r\n`,
    );
    let sent = 0;
    while (unanswered() && sent < times) {
      socket.write(chunk);
      sent += 1;
      while (unanswered() && socket.writableLength > 0) await delay(1);
    }
    while (unanswered()) await delay(1);
    socket.destroy();
    return { said, sent };
  }
  const megabyte = Buffer.alloc(1024 * 1024, 0x20);
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]);

  test.each([
    ['announced', 'Content-Length: 104857600', megabyte],
    ['in chunks, without a word of its size', 'Transfer-Encoding: chunked', chunk],
  ])('by 100 MB, %s, is refused before it is there', async (_how, head, part) => {
    const { said, sent } = await stream(head, part, 100);
    expect(said).toMatch(/^HTTP\/1\.1 413 /u);
    expect(said).toContain('"code":"body_too_large"');
    expect(sent).toBeLessThan(50);
    expect((await signUp('{"name":"Ana"}')).status).toBe(201);
  });
});

describe('a body that is watched', () => {
  const kibibytes = (count: number) => Buffer.alloc(count * 1024);
  function begin(headers: Record<string, string> = {}) {
    const clock = createFakeClock();
    const request = Object.assign(new PassThrough(), { headers });
    let seen = 0;
    const read = readBytes(
      request as unknown as IncomingMessage,
      1024 * 1024,
      (part) => {
        seen += part.length;
      },
      clock,
    );
    const ended = read.then(
      (bytes) => bytes.length,
      (error) => error.kind.code,
    );
    return { clock, request, ended, seen: () => seen };
  }

  test('is whole at 16 KiB a second, after three seconds without a byte', async () => {
    const { clock, request, ended } = begin();
    await clock.advance(3_000);
    for (let window = 0; window < 3; window += 1) {
      request.write(kibibytes(160));
      await clock.advance(10_000);
    }
    request.end();
    expect(await ended).toBe(480 * 1024);
    await clock.advance(60_000);
  });

  test.each([
    ['at once', 0],
    ['after a good start', 500],
  ])('is refused when it trickles %s', async (_when, start) => {
    const { clock, request, ended } = begin();
    request.write(kibibytes(start));
    await clock.advance(3_000);
    request.write(kibibytes(159));
    await clock.advance(9_999);
    expect(await Promise.race([ended, 'under way'])).toBe('under way');
    await clock.advance(1);
    expect(await ended).toBe('body_too_slow');
  });

  test('is measured as it is sent, not as it is inflated', async () => {
    const { clock, request, ended, seen } = begin({ 'content-encoding': 'gzip' });
    await clock.advance(3_000);
    request.write(gzipSync(kibibytes(1_000)).subarray(0, -8));
    await expect.poll(seen, { timeout: 10_000 }).toBeGreaterThan(160 * 1024);
    await clock.advance(10_000);
    expect(await ended).toBe('body_too_slow');
  });
});

test('of pictures that one account sends together one is read, and the others wait in their sockets', async () => {
  const id = crypto.randomUUID();
  const tablet = Buffer.from(`mlbtablet:${testPassword}`).toString('base64');
  const most = Buffer.alloc(14 * 1024 * 1024);
  const head = [
    `PUT /api/players/${id}/photo HTTP/1.1`,
    'Host: venue',
    `Authorization: Basic ${tablet}`,
    `Content-Length: ${most.length + 1}`,
    '',
    '',
  ].join('\r\n');
  const sockets = Array.from({ length: 12 }, () => connect(venue.ports.http, '127.0.0.1'));
  let taken = 0;
  for (const socket of sockets) {
    socket.on('error', () => {}).write(head);
    socket.write(most, (error) => {
      if (!error) taken += 1;
    });
  }
  await expect.poll(() => taken, { timeout: 10_000 }).toBe(1);
  await delay(500);
  expect(taken).toBe(1);

  for (const socket of sockets) socket.destroy();
  const later = venue.put(`/api/players/${id}/photo`, { as: 'mlbtablet', body: Buffer.from('x') });
  expect(await later).toMatchObject({ status: 403, body: { code: 'consent_required' } });
});
