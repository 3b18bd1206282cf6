import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import Koa from 'koa';
import { afterAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, testPassword } from '../../testing/test-appliance.ts';
import { createHttpServer } from './http-server.ts';
import { readBytes } from './request-body.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

/** Sends bytes as they are and answers everything that comes back until the connection ends. */
async function raw(bytes: string | Buffer, port = venue.ports.http): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let said = '';
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  socket.write(bytes);
  if (!socket.closed) await once(socket, 'close');
  return said;
}
const statuses = (said: string): number[] =>
  [...said.matchAll(/HTTP\/1\.1 (\d{3}) /gu)].map(([, code]) => Number(code));
const problem = (said: string) => JSON.parse(said.slice(said.indexOf('\r\n\r\n') + 4));

const head = (line: string, ...headers: string[]) =>
  [line, 'Host: venue', ...headers, 'Connection: close', '', ''].join('\r\n');
const ok = head('GET /healthz HTTP/1.1');

describe('what is not HTTP', () => {
  test.each([
    ['a line that is none', 'hello\r\n\r\n'],
    [
      'the first bytes of TLS',
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
    ],
    [
      'MQTT',
      Buffer.from([0x10, 0x0c, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x3c, 0x00, 0x00]),
    ],
    ['another version', 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['a method that is none', 'BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method in small letters', 'get /healthz HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two lengths', head('POST /login HTTP/1.1', 'Content-Length: 2', 'Content-Length: 3')],
    ['a length below zero', head('POST /login HTTP/1.1', 'Content-Length: -1')],
    ['a length in words', head('POST /login HTTP/1.1', 'Content-Length: two')],
    [
      'a length and chunks',
      `${head('POST /login HTTP/1.1', 'Content-Length: 2', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ],
    ['chunks within something else', head('POST /login HTTP/1.1', 'Transfer-Encoding: chunked, identity')],
    ['a chunk without a size', `${head('POST /login HTTP/1.1', 'Transfer-Encoding: chunked')}zz\r\n`],
    ['a chunk of a size below zero', `${head('POST /login HTTP/1.1', 'Transfer-Encoding: chunked')}-1\r\n`],
    ['a name with a space', head('GET /healthz HTTP/1.1', 'X Name: x')],
    ['a name with nothing', head('GET /healthz HTTP/1.1', ': x')],
    ['a value with a NUL', head('GET /healthz HTTP/1.1', 'X-Name: a\u0000b')],
    ['a value with a bare return', head('GET /healthz HTTP/1.1', 'X-Name: a\rb')],
    ['a folded value', head('GET /healthz HTTP/1.1', 'X-Name: a', ' b')],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['an expectation nobody meets', head('POST /login HTTP/1.1', 'Expect: the-spanish-inquisition')],
  ])('is refused: %s', async (_case, bytes) => {
    for (const status of statuses(await raw(bytes))) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    expect(statuses(await raw(ok))).toEqual([200]);
  });

  test('is told so, as a problem', async () => {
    const said = await raw('hello\r\n\r\n');
    expect(said).toMatch(/^HTTP\/1\.1 400 .*\r\n/u);
    expect(said).toContain('content-type: application/problem+json');
    expect(problem(said)).toMatchObject({ status: 400, code: 'malformed_request' });
  });

  test.each([
    ['one header of 64 kB', `X-Long: ${'x'.repeat(65_536)}`],
    [
      'a thousand headers',
      Array.from({ length: 1_000 }, (_, n) => `X-Header-${n}: ${'x'.repeat(20)}`).join('\r\n'),
    ],
    ['a cookie of 20 kB', `Cookie: dugout_session=${'x'.repeat(20_000)}`],
  ])('and %s are too much', async (_case, header) => {
    const said = await raw(head('GET /api/session HTTP/1.1', header));
    expect(problem(said)).toMatchObject({ status: 431, code: 'headers_too_large' });
  });

  test('and a path of 20 kB is too much', async () => {
    expect(statuses(await raw(head(`GET /${'x'.repeat(20_000)} HTTP/1.1`)))).toEqual([431]);
  });
});

describe('a strange request', () => {
  const basic = `Authorization: Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;
  test.each([
    ['a proxy’s target', 'GET http://evil.example/api/session HTTP/1.1', [basic], [200]],
    ['a target of a star', 'OPTIONS * HTTP/1.1', [], [404, 405]],
    ['a target without a slash', 'GET api/session HTTP/1.1', [basic], [400, 404]],
    ['two slashes', 'GET //api//session HTTP/1.1', [basic], [404]],
    ['a way up', 'GET /api/../api/session HTTP/1.1', [basic], [404]],
    ['a way up in escapes', 'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1', [], [404]],
    ['an escape that is none', 'GET /api/games/%zz HTTP/1.1', [basic], [400, 404]],
    ['half an escape', 'GET /% HTTP/1.1', [], [400, 404]],
    ['an escape that is no UTF-8', 'GET /api/games/%ff%fe HTTP/1.1', [basic], [400, 404]],
    ['a NUL in escapes', 'GET /%00 HTTP/1.1', [], [404]],
    ['a back slash', 'GET /..\\..\\etc\\passwd HTTP/1.1', [], [404]],
    ['a fragment', 'GET /api/session#x HTTP/1.1', [basic], [200, 400, 404]],
    ['a query of marks', 'GET /api/session?&&&===&%=%zz&a[b][c]=1 HTTP/1.1', [basic], [200]],
    ['a query of a prototype', 'GET /api/games?__proto__=1&constructor=2 HTTP/1.1', [basic], [200]],
    ['a header named __proto__', 'GET /api/session HTTP/1.1', [basic, '__proto__: {"role":"admin"}'], [200]],
    [
      'a header named constructor',
      'GET /api/session HTTP/1.1',
      [basic, 'constructor: x', 'hasOwnProperty: x'],
      [200],
    ],
    ['two sign-ins', 'GET /api/session HTTP/1.1', [basic, 'Authorization: Bearer x'], [200, 400, 401]],
    [
      'a method made up by a header',
      'POST /api/session HTTP/1.1',
      [basic, 'X-HTTP-Method-Override: GET'],
      [405],
    ],
    ['TRACE', 'TRACE /api/session HTTP/1.1', [basic], [405]],
    ['a range', 'GET /api/session HTTP/1.1', [basic, 'Range: bytes=0-1,5-'], [200]],
    [
      'a host that is another',
      'GET /healthz HTTP/1.1',
      ['X-Forwarded-Host: evil.example', 'Forwarded: host=evil'],
      [200],
    ],
    [
      'a wish for another protocol',
      'GET /healthz HTTP/1.1',
      ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'],
      [200],
    ],
  ])('is answered: %s', async (_case, line, headers, expected) => {
    const [status = 0] = statuses(await raw(head(line, ...headers)));
    expect(expected).toContain(status);
  });

  test('is never mirrored', async () => {
    const said = await raw(head('GET /api/<script>alert(1)</script> HTTP/1.1', 'X-Request-Id: mine'));
    expect(said).not.toContain('<script>');
    expect(said).not.toContain('mine');
  });

  test('a hundred in one breath are a hundred answers', async () => {
    const many = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(99) + ok;
    expect(statuses(await raw(many))).toEqual(Array.from({ length: 100 }, () => 200));
  });

  test('and what is smuggled behind a body is a request of its own, not of its neighbour', async () => {
    const inner = 'GET /api/session HTTP/1.1\r\nHost: x\r\n\r\n';
    const outer = `POST /api/logout HTTP/1.1\r\nHost: x\r\n${basic}\r\nContent-Length: 0\r\n\r\n`;
    expect(statuses(await raw(outer + inner + ok))).toEqual([204, 401, 200]);
  });
});

describe('methods', () => {
  test('that a path does not take are refused with those it takes', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/api/games', 'GET, POST'],
      ['DELETE', '/games/', 'GET, POST'],
      ['GET', '/api/queue/call-next', 'POST'],
      ['OPTIONS', '/login', 'POST'],
    ] as const) {
      const answer = await fetch(venue.url + path, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
      expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' });
    }
  });

  test('HEAD is GET without a body, where there is one', async () => {
    for (const path of ['/api/attractions', '/api/none', '/api/session', '/healthz', '/openapi.json']) {
      const [got, headed] = [
        await fetch(venue.url + path),
        await fetch(venue.url + path, { method: 'HEAD' }),
      ];
      expect([path, headed.status]).toEqual([path, got.status]);
      expect(headed.headers.get('content-type')).toBe(got.headers.get('content-type'));
      expect(await headed.text()).toBe('');
    }
  });

  test('of an address that is not there are all 404', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await fetch(`${venue.url}/api/nothing/here`, { method });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found', status: 404 });
    }
  });
});

test('every answer carries what protects a browser, an identifier, and nothing of the machine', async () => {
  for (const [path, init] of [
    ['/api/attractions', {}],
    ['/api/none', {}],
    ['/api/session', {}],
    ['/api/games', { method: 'PUT' }],
    ['/login', { method: 'POST', body: 'x' }],
    ['/docs', {}],
  ] as const) {
    const { headers } = await fetch(venue.url + path, init);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src '(self|none)';.*base-uri 'none';.*frame-ancestors 'none'/u,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-z]{12}$/u);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  }
});

test.each([
  ['the head', 'POST /login HTTP/1.1\r\nHost: venue\r\nContent-Le'],
  ['the body', 'POST /login HTTP/1.1\r\nHost: venue\r\nContent-Length: 100\r\n\r\n{"username":'],
])('who begins %s of a request and does not go on is cut off', async (_part, begun) => {
  const patience = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 };
  const app = new Koa().use(async (ctx) => {
    await readBytes(ctx.req, 1_000).catch(() => {});
  });
  const server = createHttpServer(app, createFakeClock(), patience);
  const said = await raw(begun, await server.listen(0, '127.0.0.1'));
  expect(problem(said)).toMatchObject({ status: 408, code: 'request_timeout' });
  await server.close(0);
});

test('who is cut off and does not close its side holds no socket', async () => {
  const clock = createFakeClock();
  const bounds = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 };
  const { server, listen, close } = createHttpServer(new Koa(), clock, bounds);
  const port = await listen(0, '127.0.0.1');
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {}).resume();
  socket.write('GET / HTTP/1.1\r\nHost: venue\r\nX-');
  await once(socket, 'end');
  const held = () => promisify(server.getConnections.bind(server))();
  expect(await held()).toBe(1);
  await clock.advance(1_000);
  await expect.poll(held).toBe(0);
  socket.destroy();
  await close(0);
});

test('an offer of another protocol is passed over, and the request is answered', async () => {
  const said = await raw(
    [
      'POST /login HTTP/1.1',
      'Host: venue',
      'Connection: Upgrade, HTTP2-Settings, close',
      'Upgrade: h2c',
      'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
      'Content-Length: 2',
      '',
      '{}',
    ].join('\r\n'),
  );
  expect(statuses(said)).toEqual([422]);
});

test('no one address can hold every connection', async () => {
  const server = createHttpServer(new Koa(), createFakeClock(), { socketsPerAddress: 10 });
  const port = await server.listen(0, '127.0.0.1');
  let refused = 0;
  const sockets = Array.from({ length: 15 }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) {
    socket.on('error', () => {}).resume();
    socket.once('close', () => {
      refused += 1;
    });
  }
  await expect.poll(() => refused).toBe(5);
  for (const socket of sockets) socket.destroy();
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${port}/`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(404);
  await server.close(0);
});

test('who has connected and asked for nothing does not hold the appliance up when it stops', async () => {
  const own = await aTestAppliance({ clock: createFakeClock() });
  const socket = connect(own.ports.http, '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await own.stop();
  await closed;
}, 8_000);
