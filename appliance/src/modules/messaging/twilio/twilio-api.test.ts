import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../../testing/fake-clock.ts';
import { createTwilioApi, type Exchange } from './twilio-api.ts';

const never = new AbortController().signal;

/** Twilio at `apiUrl`, and how requests to it ended. */
function anApi(apiUrl: string) {
  const clock = createFakeClock();
  const endings: Exchange[] = [];
  const api = createTwilioApi({
    accountSid: 'AC1',
    authToken: 'secret',
    apiUrl,
    clock,
    fetch,
    ended: (exchange) => endings.push(exchange),
  });
  const send = (signal = never) => api.post('/Messages.json', new URLSearchParams({ Body: 'Hi' }), signal);
  return { api, send, clock, endings };
}

/** A server that does with each connection what it is told. */
async function aServer(handle: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    handle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const onData = (act: (socket: Socket) => void) => (socket: Socket) => {
  socket.once('data', () => act(socket));
};
const answers = (text: string) => onData((socket) => socket.end(text));
const closes = (socket: Socket) => void socket.end();
const resets = (socket: Socket) => void socket.resetAndDestroy();
const created = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n';

describe('a request of which nothing has left', () => {
  test.each([
    ['nobody listens', 'http://127.0.0.1:65001'],
    ['nobody listens at any of the addresses of a name', 'http://localhost:65001'],
    ['the name does not exist', 'https://no-such-host.invalid'],
  ])('is known as such when %s', async (_case, url) => {
    expect(await anApi(url).send()).toBe('not_sent');
  });

  test.each([
    ['is closed at once', closes],
    ['is reset at once', resets],
    ['is closed after the first words', onData(closes)],
    ['is reset after the first words', onData(resets)],
    ['is answered in plain text', answers('HTTP/1.1 200 OK\r\n\r\n<html>')],
    ['is answered by noise', answers('\0\0\0\0\0\0\0\0')],
  ])('is known as such when the handshake of TLS %s', async (_case, handle) => {
    expect(await anApi(`https://${await aServer(handle)}`).send()).toBe('not_sent');
  });
});

describe('a request that may have arrived', () => {
  test.each([
    ['is closed before the answer', onData(closes)],
    ['is reset before the answer', onData(resets)],
    ['is closed without having been read', closes],
    ['ends within the head of the answer', answers('HTTP/1.1 201 Cre')],
    ['ends within the body of the answer', answers(`${created}Content-Length: 99\r\n\r\n{"sid":"SM1`)],
    ['brings no HTTP', answers('SSH-2.0-OpenSSH\r\n')],
  ])('is lost when the connection %s', async (_case, handle) => {
    expect(await anApi(`http://${await aServer(handle)}`).send()).toBe('lost');
  });

  test.each([
    ['is no answer', ''],
    ['is a head alone', `${created}Content-Length: 99\r\n\r\n`],
    ['is a body that does not end', `${created}Content-Length: 99\r\n\r\n{"sid":`],
  ])('is lost when after fifteen seconds there %s', async (_case, said) => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const url = await aServer(
      onData((socket) => {
        socket.write(said);
        asked();
      }),
    );
    const { send, clock } = anApi(`http://${url}`);
    const sending = send();
    await isAsked;
    await delay(50);
    await clock.advance(15_000);
    expect(await sending).toBe('lost');
  });

  test('is lost when it is called off, which says nothing of Twilio', async () => {
    const off = new AbortController();
    const { send, endings } = anApi(`http://${await aServer(onData(() => off.abort()))}`);
    expect(await send(off.signal)).toBe('lost');
    expect(endings).toEqual([]);
  });

  test('is lost when its answer is larger than any of Twilio', async () => {
    const url = await aServer(
      onData((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        const flood = () => void socket.write(Buffer.alloc(1024 * 1024), (error) => (error ? 0 : flood()));
        flood();
      }),
    );
    expect(await anApi(`http://${url}`).send()).toBe('lost');
  });
});

describe('an answer', () => {
  const answerTo = async (head: string, body = '{}') =>
    anApi(`http://${await aServer(answers(`HTTP/1.1 ${head}\r\n\r\n${body}`))}`).send();

  test('is taken as it is, with a connection and a sign-in of its own', async () => {
    let asked = '';
    const url = await aServer((socket) =>
      socket.once('data', (data: Buffer) => {
        asked = data.toString();
        socket.end(`${created}Date: Mon, 01 Jun 2026 12:00:00 GMT\r\n\r\n{"sid":"SM1"}`);
      }),
    );
    expect(await anApi(`http://${url}`).send()).toEqual({
      status: 201,
      json: { sid: 'SM1' },
      isMarkup: false,
      retryAfterMs: undefined,
      date: Date.UTC(2026, 5, 1, 12),
    });
    expect(asked).toMatch(/^POST \/2010-04-01\/Accounts\/AC1\/Messages\.json HTTP\/1\.1\r\n/u);
    expect(asked).toMatch(/^authorization: Basic QUMxOnNlY3JldA==\r$/mu);
    expect(asked).toMatch(/^connection: close\r$/mu);
    expect(asked).toMatch(/^content-type: application\/x-www-form-urlencoded/mu);
    expect(asked).toMatch(/\r\n\r\nBody=Hi$/u);
  });

  test('that sends elsewhere is not followed', async () => {
    expect(await answerTo('302 Found\r\nLocation: http://127.0.0.1:1/')).toMatchObject({ status: 302 });
  });

  test.each([
    ['seconds', '7', 7_000],
    ['a date, by the clock of who answers', 'Mon, 01 Jun 2020 12:00:30 GMT', 30_000],
    ['a date that is over', 'Mon, 01 Jun 2020 11:00:00 GMT', 0],
    ['nonsense', 'soon', undefined],
  ])('may ask for patience in %s', async (_case, value, ms) => {
    const head = `429 Too Many\r\nDate: Mon, 01 Jun 2020 12:00:00 GMT\r\nRetry-After: ${value}`;
    expect(await answerTo(head)).toMatchObject({ status: 429, retryAfterMs: ms });
  });
});

test('the next page is asked for at the account alone, whatever address it names', async () => {
  const asked: string[] = [];
  const url = await aServer((socket) =>
    socket.once('data', (data: Buffer) => {
      asked.push(data.toString().split(' ')[1] ?? '');
      socket.end('HTTP/1.1 200 OK\r\n\r\n{}');
    }),
  );
  const { api } = anApi(`http://${url}/`);
  await api.get('/2010-04-01/Accounts/AC1/Messages.json?Page=1', never);
  await api.get('@evil.example/', never);
  expect(asked).toEqual([
    '/2010-04-01/Accounts/AC1/Messages.json?Page=1',
    '/2010-04-01/Accounts/AC1@evil.example/',
  ]);
});
