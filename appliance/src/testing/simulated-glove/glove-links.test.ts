import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { expect, onTestFinished, test, vi } from 'vitest';
import { decodeFrame, type GloveFrame } from '../../../contract/glove-frame.ts';
import { canHavePseudoTerminals } from '../modem-emulator/pseudo-terminal.ts';
import { aTemporaryDirectory } from '../temporary-directory.ts';
import { address, aTestBroker, site, until } from '../test-broker.ts';
import { arrivingSamples, createGlove } from './glove.ts';
import { type GloveLink, runGloves } from './glove-link.ts';
import { connectTcpGlove, openTcpServerGlove, plugInGlove } from './line-gloves.ts';
import { connectMqttGlove } from './mqtt-glove.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Lets gloves live until `enough`; stops them. */
async function live(links: readonly GloveLink[], enough: () => boolean): Promise<void> {
  await Promise.all(links.map(({ ready }) => ready));
  const { stop } = runGloves(links);
  await until(enough);
  await stop();
}

async function aHost(answers: boolean) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes.toString('latin1'));
      if (answers) socket.write('\n'.repeat(bytes.toString('latin1').split('\n\r\n').length - 1));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, text: () => heard.join('') };
}

test('over MQTT all that was sent arrives, and a last will is left when the power goes', async () => {
  const venue = await aTestBroker();
  const staff = await venue.connect('staff_1');
  const frames: GloveFrame[] = [];
  const states: string[] = [];
  staff.on('message', (topic, payload) => {
    if (topic.endsWith('/state')) states.push((JSON.parse(payload.toString()) as { state: string }).state);
    const decoded = topic.endsWith('/stream') ? decodeFrame(payload) : undefined;
    if (decoded?.ok) frames.push(decoded.frame);
  });
  await staff.subscribeAsync([address('glove/+/stream'), address('glove/+/state')], { qos: 1 });
  const glove = createGlove({
    name: 'glove_1',
    seed: 4,
    rateHz: 200,
    faults: { powerLossesPerMinute: 150, powerLossSeconds: 0.2, lostRate: 0.05 },
  });
  const link = connectMqttGlove({ glove, broker: `mqtt://127.0.0.1:${venue.port}`, site, secret: 'glove_1' });
  await live([link], () => glove.counts.runs >= 3 && frames.length > 30);
  await until(() => states.at(-1) === 'offline' && frames.at(-1) !== undefined);

  expect(states.filter((state) => state === 'offline').length).toBeGreaterThanOrEqual(3);
  const first = frames.filter(({ seq }, index) => index === 0 || seq < (frames[index - 1]?.seq ?? 0));
  expect(first).toHaveLength(glove.counts.runs);
  const arrived = frames.reduce((sum, { count }) => sum + count, 0);
  const sent = arrivingSamples(glove.counts) - link.unsent();
  // What a socket holds when the power goes may go with it.
  expect(arrived).toBeLessThanOrEqual(sent);
  expect(arrived).toBeGreaterThan(sent - 20 * glove.counts.runs);
});

test('a glove that the venue does not know is told so', async () => {
  const venue = await aTestBroker();
  const link = connectMqttGlove({
    glove: createGlove({ name: 'glove_1', seed: 1 }),
    ...{ broker: `mqtt://127.0.0.1:${venue.port}`, site, secret: 'wrong' },
  });
  await expect(link.ready).rejects.toThrow(/refused|authori/iu);
  await link.stop();
});

test('over TCP a host that answers hears a hundred lines a second, one that does not hears one', async () => {
  const [answering, silent] = [await aHost(true), await aHost(false)];
  const gloves = [1, 2].map((seed) =>
    createGlove({ name: `glove-${seed}`, seed, format: 'alpha', lineEnd: '\n\r\n' }),
  );
  const links = [answering, silent].flatMap(({ port }, index) =>
    gloves.slice(index, index + 1).map((glove) => connectTcpGlove(glove, { host: '127.0.0.1', port })),
  );
  const [first, second] = gloves;
  await live(links, () => (first?.counts.samples ?? 0) > 100 && (second?.counts.waits ?? 0) > 0);
  expect(first?.counts.samples).toBeGreaterThan(20 * (second?.counts.samples ?? Infinity));
  const lines = answering.text().split('\n\r\n').slice(0, -1);
  expect(lines).toHaveLength(first?.counts.samples ?? -1);
});

test('a glove that is called talks to whoever called last', async () => {
  const glove = createGlove({ name: 'glove-1', seed: 1, format: 'csv15', rateHz: 50, lineEnd: '\r\n' });
  const link = await openTcpServerGlove(glove, '127.0.0.1', 0);
  const texts: string[] = ['', ''];
  const call = (nth: number): Socket =>
    connect(link.port, '127.0.0.1').on('data', (bytes: Buffer) => {
      texts[nth] += bytes.toString('latin1');
    });
  const first = call(0);
  await link.ready;
  const { stop } = runGloves([link]);
  await until(() => (texts[0] ?? '').length > 500);
  call(1);
  await once(first, 'close');
  await until(() => (texts[1] ?? '').length > 500);
  await stop();
  expect(texts[1]?.split('\r\n')[0]?.split(',')).toHaveLength(15);
});

test.skipIf(!canHavePseudoTerminals())('on a serial line it is there when it has power', async () => {
  const path = join(aTemporaryDirectory(), 'glove');
  const glove = createGlove({
    name: 'glove-1',
    seed: 1,
    ...{ format: 'alpha', faults: { powerLossesPerMinute: 120, powerLossSeconds: 0.1, bootLogLines: 3 } },
  });
  const link = await plugInGlove(glove, path);
  let text = '';
  let opened = 0;
  function open(): void {
    const port = new SerialPort({ path, baudRate: 115_200 }, (error) => {
      if (error === null) opened += 1;
      else setTimeout(open, 50);
    });
    port.on('data', (bytes: Buffer) => {
      const said = bytes.toString('latin1');
      text += said;
      port.write('\n'.repeat(said.split('\n').length - 1));
    });
    port.on('close', () => setTimeout(open, 50));
    port.on('error', () => {});
  }
  open();
  await until(() => opened === 1);
  await live([link], () => opened > 1 && glove.counts.samples > 40);
  expect(text).toMatch(/^ets Jul/u);
  expect(text.match(/^A\d+B\d+C\d+D\d+E\d+F2047G2047P/gmu)?.length).toBeGreaterThan(20);
});
