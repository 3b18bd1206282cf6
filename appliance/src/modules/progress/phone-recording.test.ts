import { describe, expect, test } from 'vitest';
import { playedWhen } from './phone-game-times.ts';
import { phoneLimits, readPhoneGame } from './phone-recording.ts';

const read = (body: unknown) =>
  readPhoneGame(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const game = {
  score: 1,
  sensor_data: {
    rate_hz: 50,
    channels: ['thumb', 'gx'],
    samples: [
      [0, 1.5],
      [0.5, -2],
    ],
  },
};
const withData = (change: object) => ({ ...game, sensor_data: { ...game.sensor_data, ...change } });
const refusal = (body: unknown) => {
  try {
    return read(body);
  } catch (error) {
    return error;
  }
};

describe('a phone’s recording', () => {
  test('is read channel by channel, in the unit of each', () => {
    const { head, seconds, channels, values } = read(game);
    expect(head).toMatchObject({ score: 1, attraction: 'glove', sensor_data: { rate_hz: 50 } });
    expect(seconds).toBeCloseTo(2 / 50);
    expect(channels).toEqual([
      { name: 'thumb', unit: '1' },
      { name: 'gx', unit: 'rad/s' },
    ]);
    expect(values.map((column) => [...column])).toEqual([
      [0, 0.5],
      [1.5, -2],
    ]);
  });

  test.each([
    ['a row too short', [[0]], '/sensor_data/samples/0'],
    [
      'a row too long',
      [
        [0, 1],
        [0, 1, 2],
      ],
      '/sensor_data/samples/1',
    ],
    ['null in a row', [[0, null]], '/sensor_data/samples/0/1'],
    ['a text in a row', [[0, '1']], '/sensor_data/samples/0/1'],
    ['a row that is a number', [3], '/sensor_data/samples/0'],
    ['a row that looks like one', [{ length: 2, 0: 1, 1: 2 }], '/sensor_data/samples/0'],
    ['no row', [], '/sensor_data/samples'],
    ['a claim in place of rows', { length: 1e9 }, '/sensor_data/samples'],
    ['no samples', undefined, '/sensor_data/samples'],
  ])('is refused with %s', (_what, samples, pointer) => {
    expect(refusal(withData({ samples }))).toMatchObject({
      kind: { code: 'malformed_sensor_data', status: 422 },
      extras: { errors: [{ pointer }] },
    });
  });

  test.each(['1e400', '-1e400'])('is refused with a number that is none: %s', (number) => {
    expect(refusal(JSON.stringify(game).replace('1.5', number))).toMatchObject({
      kind: { code: 'malformed_sensor_data' },
    });
  });

  test.each(['NaN', 'Infinity', '0x1', '', '[0'])('is no JSON with %s', (number) => {
    expect(refusal(JSON.stringify(game).replace('1.5', number))).toMatchObject({
      kind: { code: 'malformed_json', status: 400 },
    });
  });

  test.each([
    ['no rate', { rate_hz: 0 }],
    ['a rate beyond any sensor', { rate_hz: 1_000.5 }],
    ['a rate that is none', { rate_hz: null }],
    ['no channel', { channels: [] }],
    ['too many channels', { channels: Array.from({ length: 33 }, (_, index) => `c${index}`) }],
    ['a channel without a name', { channels: ['thumb', ''] }],
    ['a name that is a path', { channels: ['thumb', '../x'] }],
    ['a field that nobody knows', { count: 1_000_000_000 }],
  ])('is refused with %s', (_what, change) => {
    expect(refusal(withData(change))).toMatchObject({ kind: { code: 'invalid_request', status: 422 } });
  });

  test('is refused with a channel that is there twice', () => {
    expect(refusal(withData({ channels: ['thumb', 'thumb'] }))).toMatchObject({
      extras: { errors: [{ pointer: '/sensor_data/channels/1' }] },
    });
  });

  test.each([
    ['no score', { ...game, score: undefined }],
    ['half a point', { ...game, score: 0.5 }],
    ['a start that is no date', { ...game, started_at: 'yesterday' }],
    ['nothing measured', { score: 1 }],
    ['a list', []],
    ['nothing', null],
  ])('belongs to no game with %s', (_what, body) => {
    expect(refusal(body)).toMatchObject({ kind: { code: 'invalid_request' } });
  });

  test('is refused before it is parsed when it is a heap of lists or of commas', () => {
    const rows = `[${'[],'.repeat(phoneLimits.samples + 20)}[]]`;
    expect(refusal(rows)).toMatchObject({ kind: { code: 'too_many_samples', status: 413 } });
    const values = ','.repeat(phoneLimits.values + 200);
    expect(refusal(values)).toMatchObject({ kind: { code: 'too_many_samples' } });
  });

  test('is refused when it is longer than any game', () => {
    const samples = Array.from({ length: phoneLimits.seconds + 1 }, () => [0, 0]);
    expect(refusal(withData({ rate_hz: 1, samples }))).toMatchObject({
      kind: { code: 'too_many_samples' },
      extras: { limit: phoneLimits.seconds },
    });
  });
});

describe('a phone’s word on when it was played', () => {
  const now = Date.UTC(2026, 5, 1, 12);
  const minute = 60_000;
  test.each([
    ['not given: just now', undefined, now - minute],
    ['an hour ago', new Date(now - 60 * minute).toISOString(), now - 60 * minute],
    ['in the future: just now', new Date(now + 60 * minute).toISOString(), now - minute],
    ['so that it would not be over: just now', new Date(now - 1_000).toISOString(), now - minute],
    ['before anybody was born', '1901-01-01T00:00:00Z', now - 30 * 24 * 60 * minute],
  ])('%s', (_what, said, began) =>
    expect(playedWhen(said, 60, now)).toEqual({ began, ended: began + minute }),
  );
});
