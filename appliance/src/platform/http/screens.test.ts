import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import Koa from 'koa';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { serveScreens } from './screens.ts';

const page = { headers: { accept: 'text/html,*/*' } };
let directory: string;
let port: number;
let url: string;

async function serve(): Promise<void> {
  const app = new Koa();
  app.silent = true;
  const server = createServer(app.use(serveScreens(directory)).callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  url = `http://127.0.0.1:${port}`;
}

/** The status of a path that `fetch` would tidy up before it sends it. */
async function statusOf(path: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  expect(said).not.toMatch(/root:|secret/u);
  return Number(said.slice(9, 12));
}

describe('screens that are built', () => {
  beforeEach(async () => {
    const outside = aTemporaryDirectory();
    directory = join(outside, 'dist');
    mkdirSync(join(directory, 'assets'), { recursive: true });
    writeFileSync(join(outside, 'secret.txt'), 'secret');
    writeFileSync(join(directory, 'index.html'), '<title>Dugout</title>');
    writeFileSync(join(directory, 'assets/app-1a2b.js'), 'export {}');
    await serve();
  });

  test.each(['/', '/board', '/staff/queue', '/s'])('are the one page at %s', async (path) => {
    const answer = await fetch(url + path, page);
    expect([answer.status, await answer.text()]).toEqual([200, '<title>Dugout</title>']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  test('have files that are kept for ever, because their names change with them', async () => {
    const answer = await fetch(`${url}/assets/app-1a2b.js`);
    expect([answer.status, await answer.text()]).toEqual([200, 'export {}']);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-type')).toContain('javascript');
  });

  test('are no answer to who asks for something else', async () => {
    for (const [path, init] of [
      ['/assets/app-gone.js', {}],
      ['/api/nothing', page],
      ['/nothing.json', {}],
    ] as const) {
      const answer = await fetch(url + path, init);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%252e%252e/secret.txt',
    '//etc/passwd',
    '/%00',
    '/assets/app-1a2b.js%00.html',
    '/%',
    '/%zz',
    '/%ff',
  ])('do not lead out of their folder: %s', async (path) => expect(await statusOf(path)).toBe(404));
});

test('that are not built yet say so, and the rest is not there', async () => {
  directory = aTemporaryDirectory();
  await serve();
  expect(await (await fetch(url)).text()).toContain('npm start');
  expect((await fetch(`${url}/board`, page)).status).toBe(404);
});
