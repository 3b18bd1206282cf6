import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  canHavePseudoTerminals,
  type PseudoTerminal,
  plugIn,
} from '../../testing/modem-emulator/pseudo-terminal.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { createSerialLine } from './serial-line.ts';

/** What happens on a line, in order; `next` waits for what has not been waited for. */
function createDiary() {
  const events: string[] = [];
  const ears = new EventTarget();
  return {
    events,
    note(event: string) {
      events.push(event);
      ears.dispatchEvent(new Event('noted'));
    },
    async next(): Promise<string> {
      while (events.length === 0) await once(ears, 'noted');
      return events.shift() ?? '';
    },
    async until(wanted: string): Promise<void> {
      while ((await this.next()) !== wanted);
    },
  };
}

function aLine() {
  const path = join(aTemporaryDirectory(), 'device');
  const diary = createDiary();
  const line = createSerialLine({
    path,
    baudRate: 115_200,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(() => line.close());
  line.open({
    opened: () => diary.note('opened'),
    received: (bytes) => diary.note(`received ${Buffer.from(bytes)}`),
    lost: () => diary.note('lost'),
  });
  const device = createDiary();
  const plug = async (): Promise<PseudoTerminal> => {
    const terminal = await plugIn(path, (bytes) => device.note(`${bytes}`));
    onTestFinished(terminal.unplug);
    return terminal;
  };
  return { line, diary, device, plug };
}

const bytes = Buffer.from('hello');
const soonMs = 10_000;

describe.skipIf(!canHavePseudoTerminals())('a serial line, on a pseudo terminal', () => {
  test('carries bytes both ways, and is opened when the device comes', async () => {
    const { line, diary, device, plug } = aLine();
    await expect(line.write(bytes, soonMs)).rejects.toMatchObject({ code: 'not_open' });
    const terminal = await plug();
    expect(await diary.next()).toBe('opened');
    await line.write(bytes, soonMs);
    expect(await device.next()).toBe('hello');
    terminal.write('and back');
    expect(await diary.next()).toBe('received and back');
  });

  test('finds a device again that was unplugged, and is now another number', async () => {
    const { line, diary, device, plug } = aLine();
    const first = await plug();
    expect(await diary.next()).toBe('opened');
    const elsewhere = await plugIn(join(aTemporaryDirectory(), 'other'), () => {});
    onTestFinished(elsewhere.unplug);
    await first.unplug();
    expect(await diary.next()).toBe('lost');
    await plug();
    expect(await diary.next()).toBe('opened');
    await line.write(bytes, soonMs);
    expect(await device.next()).toBe('hello');
  });

  test('a write ends when the device goes in the middle of it', async () => {
    const { line, diary, plug } = aLine();
    const terminal = await plug();
    expect(await diary.next()).toBe('opened');
    terminal.pause();
    // More than a terminal holds, so the rest waits for a reader that does not come.
    const write = line.write(Buffer.alloc(200_000, 'x'), 600_000).catch((error: unknown) => error);
    await terminal.unplug();
    expect(await write).toMatchObject({ code: 'lost' });
    expect(await diary.next()).toBe('lost');
  });

  test('whatever is being written when the device goes, ends', async () => {
    const { line, diary, plug } = aLine();
    const terminal = await plug();
    expect(await diary.next()).toBe('opened');
    const writes: Promise<unknown>[] = [];
    const write = () => writes.push(line.write(bytes, 600_000).catch((error: unknown) => error));
    write();
    const gone = terminal.unplug();
    while (diary.events.length === 0) {
      write();
      await nextTurn();
    }
    await gone;
    expect(await diary.next()).toBe('lost');
    expect((await Promise.all(writes)).at(-1)).toMatchObject({ code: 'lost' });
  });

  test('an unplug is noticed also while bytes are on their way', async () => {
    // serialport misses about one in five of these.
    const lines = Array.from({ length: 20 }, aLine);
    const losses = lines.map(async ({ diary, plug }) => {
      const terminal = await plug();
      await diary.until('opened');
      terminal.write('x'.repeat(50));
      await terminal.unplug();
      await diary.until('lost');
    });
    await Promise.all(losses);
  });

  test('a write that nobody takes ends in its time, and the line begins anew', async () => {
    const { line, diary, plug } = aLine();
    const terminal = await plug();
    expect(await diary.next()).toBe('opened');
    terminal.pause();
    await expect(line.write(Buffer.alloc(200_000, 'x'), 200)).rejects.toMatchObject({ code: 'too_slow' });
    expect(await diary.next()).toBe('lost');
    expect(await diary.next()).toBe('opened');
  });

  test('is opened anew on request, and not any more once it is closed', async () => {
    const { line, diary, plug } = aLine();
    await plug();
    await diary.until('opened');
    line.reopen();
    expect(await diary.next()).toBe('lost');
    expect(await diary.next()).toBe('opened');
    await line.close();
    await expect(line.write(bytes, soonMs)).rejects.toMatchObject({ code: 'not_open' });
    expect(diary.events).toEqual([]);
  });
});
