import type { Work } from './load/work.ts';

/** A row of the table: the same work for every broker. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly work: Work;
  /** Throughput that is asked of us, to Mosquitto's. */
  readonly toMosquitto?: number;
  /** CPU time for one delivery that is asked of us, to Mosquitto's. */
  readonly cpuToMosquitto?: number;
}

const small = 64;
/** Ten samples of a glove in one message. */
const batch = 324;

const gloves = (count: number) => ({ role: 'glove', count, topic: 'glove/{id}/stream' });
const rigs = (count: number) => ({ role: 'rig', count, topic: 'rig/{id}/event' });
const oneReader = (filter: string) => ({ role: 'staff', count: 1, filter });
const speaker = { role: 'staff', count: 1, topic: 'public/board' };
const screens = (count: number) => ({ role: 'screen', count, filter: 'public/board' });

/** What two hundred gloves send that batch as they should: 20,000 samples a second. */
export const batches: Work = {
  publishers: gloves(200),
  subscribers: oneReader('glove/+/stream'),
  qos: 0,
  payloadBytes: batch,
  pace: { perSecond: 2_000 },
};

export const rows: readonly Row[] = [
  {
    name: 'fan_in_few',
    title: 'fan-in QoS 0, 4 publishers in bursts of 50',
    toMosquitto: 2,
    work: {
      publishers: gloves(4),
      subscribers: oneReader('glove/+/stream'),
      qos: 0,
      payloadBytes: small,
      pace: { flood: { burst: 50, window: 1_000 } },
    },
  },
  {
    name: 'fan_in_deep',
    title: 'fan-in QoS 0, 4 publishers, 20,000 messages on their way',
    work: {
      publishers: gloves(4),
      subscribers: oneReader('glove/+/stream'),
      qos: 0,
      payloadBytes: small,
      pace: { flood: { burst: 50, window: 20_000 } },
    },
  },
  {
    name: 'fan_in_200',
    title: 'fan-in QoS 0, 200 publishers in bursts of 5',
    toMosquitto: 1.5,
    work: {
      publishers: gloves(200),
      subscribers: oneReader('glove/+/stream'),
      qos: 0,
      payloadBytes: small,
      pace: { flood: { burst: 5, window: 2_000 } },
    },
  },
  {
    name: 'fan_in_qos1',
    title: 'fan-in QoS 1, 10 publishers in bursts of 10',
    toMosquitto: 1,
    work: {
      publishers: rigs(10),
      subscribers: oneReader('rig/+/event'),
      qos: 1,
      payloadBytes: small,
      pace: { flood: { burst: 10, window: 400 } },
    },
  },
  {
    name: 'fan_out',
    title: 'fan-out 1 to 100, QoS 0',
    toMosquitto: 5,
    work: {
      publishers: speaker,
      subscribers: screens(100),
      qos: 0,
      payloadBytes: small,
      pace: { flood: { burst: 50, window: 200 } },
    },
  },
  {
    name: 'fan_out_qos1',
    title: 'fan-out 1 to 100, QoS 1',
    toMosquitto: 1,
    work: {
      publishers: speaker,
      subscribers: screens(100),
      qos: 1,
      payloadBytes: small,
      pace: { flood: { burst: 10, window: 40 } },
    },
  },
  {
    name: 'gloves_unbatched',
    title: '200 gloves × 100 messages/s',
    work: {
      publishers: gloves(200),
      subscribers: oneReader('glove/+/stream'),
      qos: 0,
      payloadBytes: small,
      pace: { perSecond: 20_000 },
    },
  },
  {
    name: 'gloves_batched',
    title: '200 gloves × 10 batches/s',
    work: batches,
  },
  {
    name: 'board',
    title: '20 messages/s to 100 subscribers',
    work: {
      publishers: speaker,
      subscribers: screens(100),
      qos: 0,
      payloadBytes: batch,
      pace: { perSecond: 20 },
    },
  },
  {
    name: 'websocket',
    title: 'fan-out 1 to 100 over WebSocket, QoS 0',
    cpuToMosquitto: 0.5,
    work: {
      publishers: speaker,
      subscribers: { ...screens(100), transport: 'websocket' },
      qos: 0,
      payloadBytes: small,
      pace: { flood: { burst: 50, window: 200 } },
    },
  },
  {
    name: 'websocket_board',
    title: '20 messages/s to 100 subscribers over WebSocket',
    work: {
      publishers: speaker,
      subscribers: { ...screens(100), transport: 'websocket' },
      qos: 0,
      payloadBytes: batch,
      pace: { perSecond: 20 },
    },
  },
];
