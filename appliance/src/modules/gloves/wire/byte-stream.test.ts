import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../testing/seeded-random.ts';
import { createByteStream, type StreamEvent } from './byte-stream.ts';
import { createLineSplitter } from './line-splitter.ts';
import { encodeSerialFrame } from './serial-frame.ts';

const text = (...lines: string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);
const alpha = 'A512B1024C2048D3072E4095F2047G2047P0';
const csv5 = '100,200,300,400,500';
const csv15 = '2047,13200,0,26400,100,1.0,0.0,0.0,0.0,0.5,-9.8,0.0,90.0,-45.5,0.0';
const kindsOf = (events: readonly StreamEvent[]) => events.map(({ kind }) => kind).join(' ');

describe('lines', () => {
  const linesOf = (bytes: Uint8Array) => createLineSplitter().push(bytes);

  test('are found in pieces of any size, with the line ends of Wi-Fi gloves', () => {
    const sent = new TextEncoder().encode('torn\nA1\n\r\nA2\n\r\nA3\r\n\nA4\n');
    for (const size of [1, 2, 3, 100]) {
      const splitter = createLineSplitter();
      const lines: unknown[] = [];
      for (let at = 0; at < sent.length; at += size)
        lines.push(...splitter.push(sent.subarray(at, at + size)));
      expect(lines).toEqual([
        { problem: 'line_first' },
        { text: 'A1' },
        { text: 'A2' },
        { text: 'A3' },
        { text: 'A4' },
      ]);
    }
  });

  test.each(['A1\0B2', 'A1\u00e4', 'A1\u001b[0m'])('are refused with what no text has: %j', (line) => {
    expect(linesOf(text('first', line, 'A1'))).toEqual([
      { problem: 'line_first' },
      { problem: 'line_not_text' },
      { text: 'A1' },
    ]);
  });

  test('are no longer than a line can be', () => {
    expect(linesOf(text('first', 'A1'.repeat(5_000), 'A1')).slice(1)).toEqual([
      { problem: 'line_too_long' },
      { text: 'A1' },
    ]);
  });
});

describe('a stream of bytes', () => {
  test('does not believe the first line, which may be the rest of one', () => {
    const stream = createByteStream();
    const { events, lines } = stream.read(text(alpha, alpha, alpha, alpha), 0);
    expect(kindsOf(events)).toBe('wire sample sample sample');
    expect(lines).toBe(4);
    expect([...stream.counts()]).toEqual([['line_first', 1]]);
  });

  test.each([
    ['alpha', alpha],
    ['legacy', '512&1024&2048&3072&4095&2047&2047&0&0&0&0&1&0'],
    ['csv5', csv5],
    ['csv9', '100,200,300,400,500,1,0,0,0'],
    ['csv15', csv15],
  ])('is known to be %s by its first three good lines', (wire, line) => {
    const stream = createByteStream();
    stream.read(text('', line, line), 0);
    expect(stream.wire()).toBeNull();
    expect(stream.read(text(line), 10).events[0]).toEqual({ kind: 'wire', wire });
    expect([stream.wire(), stream.state()]).toEqual([wire, 'reading']);
  });

  test('is known to be frames by the first good one', () => {
    const frame = {
      flags: { calibrated: false, deviceAuto: false, left: false },
      seq: 10,
      t0Us: 5,
      dtUs: 10_000,
      count: 1,
      layoutId: 0,
      channels: 5,
      values: Int16Array.of(10, 10, 10, 10, 10),
    };
    const stream = createByteStream();
    const { events, lines } = stream.read(encodeSerialFrame(frame), 0);
    expect(events).toEqual([
      { kind: 'wire', wire: 'frame' },
      { kind: 'frame', frame },
    ]);
    expect(lines).toBe(0);
    const broken = encodeSerialFrame(frame).map((byte, at) => (at === 9 ? byte ^ 1 : byte));
    expect(stream.read(broken, 10).events).toEqual([]);
    expect(stream.counts().get('frame_checksum')).toBe(1);
  });

  test('may begin with what a board says when it is reset', () => {
    const stream = createByteStream();
    stream.read(
      text('torn', 'ets Jul 29 2019 12:21:46', 'rst:0x1 (POWERON_RESET)', 'load:0x3fff0030,len:1344'),
      0,
    );
    stream.read(text('The device started, now you can pair it with bluetooth!'), 1_000);
    expect(stream.state()).toBe('listening');
    const { events } = stream.read(text(alpha, alpha, alpha), 2_900);
    expect(kindsOf(events)).toBe('wire sample sample sample');
    expect(Object.fromEntries(stream.counts())).toEqual({ line_first: 1, line_boot: 4 });
  });

  test('tells what a board says in between from samples that are damaged', () => {
    const stream = createByteStream();
    stream.read(text('', csv15, csv15, csv15), 0);
    const { events } = stream.read(text('[wifi] lost', 'Connecting to WiFi...', csv15.slice(9), csv15), 100);
    expect(events.map((event) => ('code' in event ? event.code : event.kind))).toEqual([
      'csv_fields',
      'sample',
    ]);
    expect(stream.counts().get('line_chatter')).toBe(2);
  });

  test('is named when its speed is wrong', () => {
    const random = seededRandom(3);
    const stream = createByteStream();
    for (let at = 0; at <= 4_000; at += 100) {
      stream.read(
        Uint8Array.from({ length: 100 }, () => Math.floor(random() * 256)),
        at,
      );
    }
    expect([stream.state(), stream.wire()]).toEqual(['wrong_baud', null]);
  });

  test('is named when nothing in it is of a glove', () => {
    const states = [
      (at: number) => text(`temperature ${at}`),
      () => new TextEncoder().encode('no end of a line in here'),
      () => new Uint8Array(),
    ].map((bytes) => {
      const stream = createByteStream();
      for (let at = 0; at <= 4_000; at += 100) stream.read(bytes(at), at);
      return stream.state();
    });
    expect(states).toEqual(['unknown', 'no_lines', 'listening']);
    expect(createByteStream().state()).toBe('silent');
  });

  test('is looked at anew when nothing of it was understood for three seconds', () => {
    const stream = createByteStream();
    stream.read(text('', alpha, alpha, alpha), 0);
    for (let at = 100; at <= 3_300; at += 100) stream.read(text(csv5), at);
    stream.read(text(csv5, csv5, csv5), 3_400);
    expect(stream.wire()).toBe('csv5');
  });

  test('is looked at anew when lines come where frames came', () => {
    const frame = encodeSerialFrame({
      ...{ flags: { calibrated: false, deviceAuto: false, left: false }, seq: 1, t0Us: 5, dtUs: 10_000 },
      ...{ count: 1, layoutId: 0, channels: 1, values: Int16Array.of(10) },
    });
    const stream = createByteStream();
    stream.read(frame, 0);
    for (let at = 100; at <= 3_300; at += 100) stream.read(text(csv5), at);
    stream.read(text(csv5, csv5, csv5, csv5), 3_400);
    expect(stream.wire()).toBe('csv5');
  });

  test('is not forgotten because it was silent', () => {
    const stream = createByteStream();
    stream.read(text('', alpha, alpha, alpha), 0);
    stream.read(new TextEncoder().encode('A1B'), 60_000);
    expect(stream.wire()).toBe('alpha');
  });

  test('is never the cause of a throw', () => {
    const lines = fc.constantFrom(alpha, csv5, csv15, 'boot', '\0\0', '1&2', '');
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(lines, { maxLength: 5 }).map((some) => text(...some)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.nat(2_000)), { maxLength: 30 }), (pieces) => {
        const stream = createByteStream();
        let atMs = 0;
        for (const [bytes, ms] of pieces) {
          atMs += ms;
          for (const event of stream.read(bytes, atMs).events) {
            if (event.kind === 'sample') expect(event.values).toHaveLength(event.layout.channels.length);
          }
        }
      }),
    );
  });
});
