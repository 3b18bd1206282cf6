import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createIds } from '../ids.ts';
import { createMetrics } from '../metrics.ts';
import { createHttpApp } from './http-app.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { createHttpServer } from './http-server.ts';
import { anonymous } from './principal.ts';
import { defaultBodyLimit, ok, writeRoute } from './route.ts';
import { createUploads, type UploadBounds } from './uploads.ts';

/** Uploads that are done when they are told, and the names of those that have begun. */
function someUploads(bounds: UploadBounds) {
  const upload = createUploads(bounds);
  const begun: string[] = [];
  return {
    /** In their order, as soon as all has settled. */
    async begun() {
      await nextTurn();
      return begun;
    },
    send(name: string, bytes: number) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const arrival = Promise.withResolvers<number>();
      const done = upload(name.slice(0, 1), bytes, async (arrived) => {
        begun.push(name);
        arrival.promise.then(arrived);
        await promise;
      });
      done.catch(() => {});
      return { finish: resolve, fail: () => reject(new Error('failed')), arrive: arrival.resolve };
    },
  };
}

test('a sender has one turn at a time, and one that fails is over', async () => {
  const { begun, send } = someUploads({ atOnce: 2, bytes: 100 });
  const first = send('a1', 1);
  send('a2', 1);
  send('a3', 1);
  const other = send('b1', 1);
  send('c1', 1);
  expect(await begun()).toEqual(['a1', 'b1']);
  first.finish();
  expect(await begun()).toEqual(['a1', 'b1', 'a2']);
  other.fail();
  expect(await begun()).toEqual(['a1', 'b1', 'a2', 'c1']);
});

test('who has more waiting has the next turn after the others', async () => {
  const { begun, send } = someUploads({ atOnce: 1, bytes: 100 });
  const [first, second] = [send('a1', 1), send('a2', 1)];
  send('a3', 1);
  send('b1', 1);
  first.finish();
  second.finish();
  expect(await begun()).toEqual(['a1', 'a2', 'b1']);
});

test('together they hold no more than there is room for, and nobody overtakes who waits for it', async () => {
  const { begun, send } = someUploads({ atOnce: 8, bytes: 100 });
  const [first, second] = [send('a', 60), send('b', 40)];
  send('c', 50);
  send('d', 10);
  second.finish();
  expect(await begun()).toEqual(['a', 'b']);
  first.arrive(51);
  expect(await begun()).toEqual(['a', 'b']);
  first.finish();
  expect(await begun()).toEqual(['a', 'b', 'c', 'd']);
});

test('what is smaller than it might have been makes room as soon as it is here', async () => {
  const { begun, send } = someUploads({ atOnce: 8, bytes: 100 });
  const first = send('a', 100);
  send('b', 90);
  first.arrive(10);
  expect(await begun()).toEqual(['a', 'b']);
});

test('one that is larger than all the room is taken alone', async () => {
  const { begun, send } = someUploads({ atOnce: 8, bytes: 100 });
  const first = send('a', 1);
  const large = send('b', 200);
  send('c', 1);
  expect(await begun()).toEqual(['a']);
  first.finish();
  expect(await begun()).toEqual(['a', 'b']);
  large.finish();
  expect(await begun()).toEqual(['a', 'b', 'c']);
});

const large = 600 * 1024;

/** An app with one route that takes 1 MiB. Its clock stands still; whoever says a name is who they say. */
async function anAppThatTakes(uploads: UploadBounds) {
  const clock = createFakeClock();
  /** Whose requests have come so far, and which of them were served. */
  const come: string[] = [];
  const served: string[] = [];
  const app = createHttpApp({
    routes: [
      writeRoute({
        method: 'POST',
        path: '/upload',
        access: 'signed_in',
        tag: 'test',
        summary: 'takes something large',
        body: 'bytes',
        bodyLimit: 1024 * 1024,
        replies: {},
        write: () => ok({}),
      }),
    ],
    clock,
    ids: createIds(clock),
    logger: pino({ level: 'silent' }),
    async serve(_route, { principal }, { bytes }) {
      served.push(`${principal.userId} ${bytes.length}`);
      return ok({});
    },
    async authenticate({ authorization: userId = '' }) {
      come.push(userId);
      return { principal: { ...anonymous, role: 'player', userId } };
    },
    metrics: createHttpMetrics(createMetrics()),
    fallback() {},
    tls: false,
    uploads,
  });
  const http = createHttpServer(app, clock);
  const port = await http.listen(0, '127.0.0.1');
  onTestFinished(() => http.close(0));

  const countOf = (name: string) => come.filter((other) => other === name).length;
  /** Sends the head of a request, and is there when it was read; a body follows by `socket`. */
  async function begin(name: string, header: string) {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {}).setEncoding('utf8');
    const answer = once(socket, 'data').then(([text]) => String(text));
    const before = countOf(name);
    socket.write(`POST /upload HTTP/1.1\r\nHost: venue\r\nAuthorization: ${name}\r\n${header}\r\n\r\n`);
    await expect.poll(() => countOf(name), { timeout: 10_000 }).toBe(before + 1);
    return { socket, answer };
  }
  async function post(name: string, size: number) {
    const { socket, answer } = await begin(name, `Content-Length: ${size}`);
    socket.write(Buffer.alloc(size));
    return { answer };
  }
  return { clock, served, begin, post };
}

test('who trickles loses the turn, and keeps nobody from posting a small body meanwhile', async () => {
  const { clock, served, begin, post } = await anAppThatTakes({ atOnce: 1, bytes: 2 * large });
  const trickler = await begin('ana', `Content-Length: ${large}`);
  trickler.socket.write('x');
  const waiting = await post('ben', large);
  const small = await post('cleo', defaultBodyLimit);
  expect(await small.answer).toMatch(/^HTTP\/1\.1 200 /u);
  expect(served).toEqual([`cleo ${defaultBodyLimit}`]);

  await clock.advance(13_000);
  const told = await trickler.answer;
  expect(told).toMatch(/^HTTP\/1\.1 408 /u);
  expect(told).toMatch(/^retry-after: 5\r$/imu);
  expect(told).toMatch(/^connection: close\r$/imu);
  expect(told).toContain('"code":"body_too_slow"');
  expect(await waiting.answer).toMatch(/^HTTP\/1\.1 200 /u);
  expect(served).toEqual([`cleo ${defaultBodyLimit}`, `ben ${large}`]);
});

test('a second upload of a player waits for the first, and that of another player does not', async () => {
  const { served, begin, post } = await anAppThatTakes({ atOnce: 8, bytes: 8 * large });
  const first = await begin('ana', `Content-Length: ${large}`);
  const second = await post('ana', large + 1);
  const other = await post('ben', large);
  expect(await other.answer).toMatch(/^HTTP\/1\.1 200 /u);
  expect(served).toEqual([`ben ${large}`]);
  first.socket.write(Buffer.alloc(large));
  await Promise.all([first.answer, second.answer]);
  expect(served).toEqual([`ben ${large}`, `ana ${large}`, `ana ${large + 1}`]);
});

test.each([
  ['comes in chunks', 'Transfer-Encoding: chunked'],
  ['is compressed', 'Content-Length: 2000\r\nContent-Encoding: gzip'],
])('a body that %s takes the room of the largest', async (_how, header) => {
  const { clock, served, begin, post } = await anAppThatTakes({ atOnce: 8, bytes: 1024 * 1024 });
  await begin('ana', header);
  const waiting = await post('ben', large);
  const small = await post('cleo', 10);
  await small.answer;
  expect(served).toEqual(['cleo 10']);
  await clock.advance(13_000);
  await waiting.answer;
  expect(served).toEqual(['cleo 10', `ben ${large}`]);
});
