import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openWanLine } from './wan-line.ts';

test('what goes through it is torn when it is cut, refused while it is, and passes again afterwards', async () => {
  const echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket)).listen(
    0,
    '127.0.0.1',
  );
  await once(echo, 'listening');
  const address = echo.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const line = await openWanLine(0, { host: '127.0.0.1', port });
  onTestFinished(async () => {
    await line.stop();
    echo.close();
  });
  const dial = () => connect(line.port, '127.0.0.1').on('error', () => {});
  const hears = async (said: string) => {
    const socket = dial();
    socket.write(said);
    const [back] = (await once(socket, 'data')) as [Buffer];
    return { socket, back: back.toString() };
  };

  const { socket, back } = await hears('hello');
  expect(back).toBe('hello');
  const torn = once(socket, 'close');
  line.cut();
  await torn;
  await once(dial(), 'close');
  line.restore();
  expect((await hears('again')).back).toBe('again');
});
