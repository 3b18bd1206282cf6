import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeFrame } from '../../../contract/glove-frame.ts';
import type { Glove } from '../../../contract/gloves.ts';
import {
  canHavePseudoTerminals,
  type PseudoTerminal,
  plugIn,
} from '../../testing/modem-emulator/pseudo-terminal.ts';
import { describeRecordings } from '../../testing/shared-recordings.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { createBlockingGlove } from './testing/blocking-glove.ts';
import { nameOfPath } from './ways/glove-names.ts';

/** An appliance with so many places for gloves, where none is plugged in yet. */
async function aVenueWith(places: number) {
  const directory = aTemporaryDirectory();
  const paths = Array.from({ length: places }, (_, nth) => join(directory, `usb-glove-${nth + 1}`));
  const venue = await aTestAppliance({ environment: { DUGOUT_GLOVE_PORTS: paths.join() } });
  onTestFinished(venue.stop);
  const glove = async (path: string): Promise<Glove> =>
    (await venue.get(`/api/gloves/${nameOfPath(path)}`, { as: 'user' })).body;
  /** Plugs something in; what it says is heard once the line is open, so it must not speak before. */
  const plug = async (path: string, heard: (bytes: Buffer) => void = () => {}): Promise<PseudoTerminal> => {
    const terminal = await plugIn(path, heard);
    onTestFinished(terminal.unplug);
    return terminal;
  };
  /** Plugs something in and resolves when the line is open: somebody answers. What is said before is lost. */
  const opened = async (path: string, heard: (bytes: Buffer) => void = () => {}): Promise<PseudoTerminal> => {
    let isOpen = false;
    const terminal = await plug(path, (bytes) => {
      isOpen = true;
      heard(bytes);
    });
    await until(async () => {
      if (!isOpen) terminal.write('half of a line\n');
      return isOpen;
    });
    return terminal;
  };
  return { venue, paths: paths as [string, ...string[]], glove, plug, opened };
}

/** Lines as a glove sends them whose fingers all move. */
function* alphaLines(count: number): Generator<string> {
  for (let nth = 0; nth < count; nth += 1) {
    const curl = 400 + ((nth * 37) % 3_000);
    yield `A${curl}B${curl}C${curl}D${curl}E${curl}F2047G2047P0\n`;
  }
}
const csvLine = (nth: number): string =>
  `${[0, 1, 2, 3, 4].map((finger) => (nth * 7 + finger * 100) % 4_000).join()}\n`;

/** The counts, once there are as many accepted as are expected: what was sent is read in its own time. */
async function countsOf(venue: { get: (path: string, call: object) => Promise<{ body: unknown }> }) {
  return (await venue.get('/api/gloves/counts', { as: 'user' })).body as {
    wires: Record<string, { accepted: number; rejected: number; rejected_by_code: object }>;
    unknown: { rejected_by_code: Record<string, number> };
  };
}

describe.skipIf(!canHavePseudoTerminals())('a glove on a serial line', () => {
  test('that waits a second for each answer never waits', async () => {
    const { paths, glove, plug } = await aVenueWith(1);
    const lines = 400;
    const terminal = await plug(paths[0], (bytes) => firmware.hear(bytes));
    const firmware = createBlockingGlove(alphaLines(lines), terminal.write);
    onTestFinished(firmware.stop);
    await until(async () => firmware.sent() === lines && (await glove(paths[0])).health !== null);
    // Nobody is there to answer before the line is open: that is the one time that it may wait.
    expect(firmware.waits()).toBeLessThanOrEqual(2);
    expect(await glove(paths[0])).toMatchObject({
      way: 'serial',
      wire: 'alpha',
      presence: 'online',
      device_auto: true,
      glove_class: 'alpha',
    });
  });

  test('is found again when it is pulled out in the middle of a line, and its other life is another run', async () => {
    const { venue, paths, glove, opened } = await aVenueWith(1);
    const [path] = paths;
    const isThere = async () => (await glove(path)).presence === 'online';
    const live = async () => {
      let hear = (_bytes: Buffer) => {};
      const terminal = await opened(path, (bytes) => hear(bytes));
      const firmware = createBlockingGlove(csvLines(120), terminal.write);
      onTestFinished(firmware.stop);
      hear = firmware.hear;
      await until(async () => firmware.sent() === 120 && (await isThere()));
      terminal.write('12,34,5');
      await terminal.unplug();
      await until(async () => !(await isThere()));
      expect(firmware.waits()).toBe(0);
      return (await glove(path)).health;
    };
    expect(await live()).toMatchObject({ condition: 'away', samples: 120, runs: 1, rejected: 0 });
    expect(await live()).toMatchObject({ condition: 'away', samples: 240, runs: 2, rejected: 0 });
    expect(await countsOf(venue)).toMatchObject({ wires: { csv5: { accepted: 240, rejected: 0 } } });
  });

  test('does not disturb another, and both are seen as frames by whoever follows gloves', async () => {
    const { venue, paths, glove, plug } = await aVenueWith(2);
    const [one, two = ''] = paths;
    const client = await connectAsync(`mqtt://127.0.0.1:${venue.ports.mqtt}`, {
      protocolVersion: 4,
      clientId: 'user',
      username: 'user',
      password: 'in-labs-only',
    });
    onTestFinished(() => void client.end(true));
    const frames = new Map<string, number[]>();
    client.on('message', (topic, payload) => {
      const decoded = decodeFrame(payload);
      if (!decoded.ok) throw new Error(decoded.code);
      const numbers = frames.get(topic) ?? [];
      for (let at = 0; at < decoded.frame.count; at += 1) numbers.push(decoded.frame.seq + at);
      frames.set(topic, numbers);
    });
    await client.subscribeAsync('dugout/v1/labs/glove/+/stream');
    const count = 200;
    const plugged = await Promise.all(
      [one, two].map(async (path) => {
        const terminal = await plug(path, (bytes) => firmware.hear(bytes));
        const lines = path === one ? alphaLines(count) : csvLines(count);
        const firmware = createBlockingGlove(lines, terminal.write);
        onTestFinished(firmware.stop);
        return { terminal, firmware };
      }),
    );
    await until(async () => plugged.every(({ firmware }) => firmware.sent() === count));
    await until(
      async () => (await glove(one)).presence === 'online' && (await glove(two)).presence === 'online',
    );
    for (const { terminal } of plugged) await terminal.unplug();
    await until(
      async () => (await glove(one)).presence === 'offline' && (await glove(two)).presence === 'offline',
    );
    for (const path of [one, two]) {
      const { health, wire } = await glove(path);
      expect(wire).toBe(path === one ? 'alpha' : 'csv5');
      const samples = health?.samples ?? 0;
      expect(samples).toBeGreaterThan(count / 2);
      const topic = `dugout/v1/labs/glove/${nameOfPath(path)}/stream`;
      await until(async () => frames.get(topic)?.length === samples);
      const numbers = frames.get(topic) ?? [];
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
  });

  test('feels force in place of an answer, by the numbers of its firmware', async () => {
    const { venue, paths, glove, plug } = await aVenueWith(1);
    const [path] = paths;
    const terminal = await plug(path, (bytes) => firmware.hear(bytes));
    const firmware = createBlockingGlove(alphaLines(100_000), terminal.write);
    onTestFinished(firmware.stop);
    await until(async () => (await glove(path)).presence === 'online');
    const feel = (body: object) =>
      venue.post(`/api/gloves/${nameOfPath(path)}/feedback`, { as: 'user', body });
    expect(await feel({ force: [0, 0.25, 0.5, 0.75, 1] })).toMatchObject({ status: 204 });
    await until(async () => firmware.orders.includes('A0B250C500D750E1000'));
    await venue.patch(`/api/gloves/${nameOfPath(path)}`, { as: 'user', body: { ffb_scale: 'senseshift' } });
    await feel({
      force: [0, 0, 0, 0, 1],
      vibration: { frequency: 0.5, duration: 1.25, amplitude: 1 },
    });
    await until(async () => firmware.orders.includes('F0.50G1.25H1.00'));
    expect(firmware.orders).toContain('A0B0C0D0E4095');
  });

  test('with the wrong speed is no glove, and nothing of it is', async () => {
    const { venue, paths, plug } = await aVenueWith(1);
    const terminal = await plug(paths[0]);
    let answered = 0;
    const noise = Uint8Array.from({ length: 20_000 }, (_, at) => (at * 7_919 + (at >> 3) * 104_729) & 0xff);
    terminal.write(noise);
    await until(async () => {
      terminal.write(noise.subarray(answered, answered + 100));
      answered += 100;
      return Object.keys((await countsOf(venue)).unknown.rejected_by_code).length > 0;
    });
    expect((await countsOf(venue)).wires).toEqual({});
    expect((await venue.get('/api/gloves', { as: 'user' })).body.items).toEqual([]);
  });
});

function* csvLines(count: number): Generator<string> {
  for (let nth = 0; nth < count; nth += 1) yield csvLine(nth);
}

interface Golden {
  glove_asl_validation: { file: string; accepted: number; rejected: Record<string, number> }[];
}
const codes: Readonly<Record<string, string>> = {
  fields: 'csv_fields',
  parse: 'csv_number',
  quat: 'csv_quaternion',
  flex: 'csv_flex',
};

describe.skipIf(!canHavePseudoTerminals())('recordings of real gloves', () => {
  describeRecordings('through a serial line', (folder) => {
    const golden = JSON.parse(readFileSync(join(folder, 'golden', 'golden.json'), 'utf8')) as Golden;
    test.each(golden.glove_asl_validation)(
      '$file: accepted and rejected as they should be',
      async (wanted) => {
        const { venue, paths, opened } = await aVenueWith(1);
        const raw = readFileSync(join(folder, 'glove-asl-70hz', wanted.file));
        const [, ...rows] = (wanted.file.endsWith('.gz') ? gunzipSync(raw) : raw)
          .toString()
          .trimEnd()
          .split('\n');
        const terminal = await opened(paths[0]);
        for (const row of rows) terminal.write(`${row}\n`);
        const rejected = Object.entries(wanted.rejected).filter(([, count]) => count > 0);
        const all = wanted.accepted + rejected.reduce((sum, [, count]) => sum + count, 0);
        await until(async () => {
          const { csv30 } = (await countsOf(venue)).wires;
          return csv30 !== undefined && csv30.accepted + csv30.rejected >= all;
        });
        expect((await countsOf(venue)).wires['csv30']).toMatchObject({
          accepted: wanted.accepted,
          rejected_by_code: Object.fromEntries(rejected.map(([code, count]) => [codes[code] ?? code, count])),
        });
      },
    );
  });
});
