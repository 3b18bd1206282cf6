import type { CalibrationPhase } from '../../../../../contract/glove-calibration.ts';
import { channel, fingers, gyroscope, type Layout, quaternion } from '../../../../../contract/glove-frame.ts';
import { seededRandom } from '../../../../testing/seeded-random.ts';
import type { SampleBlock } from '../../stream/sample-block.ts';

export const handLayout: Layout = {
  id: 90,
  channels: [...fingers.map((finger) => channel(finger, '1', 1 / 4095)), ...quaternion, ...gyroscope],
};

export interface HandOptions {
  readonly seed?: number;
  readonly glove?: string;
  readonly layout?: Layout;
  /** Raw reading of each channel that is curled by 0 and by 1; splays like fingers. */
  readonly open?: number;
  readonly closed?: number;
  /** Fingers that cannot move. */
  readonly stiff?: readonly string[];
  /** Fingers whose sensor falls when they bend. */
  readonly backwards?: readonly string[];
  /** Of the sensor, standard deviation in raw units. */
  readonly noise?: number;
  /** Amplitude of a 6 Hz tremor, in curl. */
  readonly tremor?: number;
  /** A reading in so many is far off. */
  readonly spikeEvery?: number;
  readonly gyroBias?: number;
  readonly deviceAuto?: boolean;
  readonly samplesPerBlock?: number;
  readonly dtUs?: number;
  /** Milliseconds until the hand does what it is asked. */
  readonly reactionMs?: number;
}

/** What is asked of the hand, as curl and spread. */
const targetIn = (phase: CalibrationPhase, ms: number): { curl: number; thumb: number; splay: number } => {
  const cycle = 0.5 - 0.5 * Math.cos((2 * Math.PI * ms) / 1_500);
  switch (phase) {
    case 'move_fingers':
      return { curl: cycle, thumb: cycle, splay: 0 };
    case 'hold_fist':
      return { curl: 1, thumb: 1, splay: 0 };
    case 'hold_thumb_across':
      return { curl: 0.1, thumb: 1.1, splay: 0 };
    case 'hold_spread':
      return { curl: 0, thumb: 0, splay: 1 };
    default:
      return { curl: 0, thumb: 0, splay: 0 };
  }
};

/** Curl a second: brisk. */
const speed = 5;

/** A hand in a glove that does what a calibration asks it, a little late, and says so in blocks of samples. */
export function anObedientHand(options: HandOptions = {}) {
  const {
    seed = 1,
    glove = 'glove-1',
    layout = handLayout,
    open = 700,
    closed = 3_300,
    stiff = [],
    backwards = [],
    noise = 6,
    tremor = 0,
    spikeEvery = 0,
    gyroBias = 0,
    deviceAuto = false,
    samplesPerBlock = 5,
    dtUs = 10_000,
    reactionMs = 500,
  } = options;
  const random = seededRandom(seed);
  const bell = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const at = { curl: 0.3, thumb: 0.3, splay: 0 };
  let asked: CalibrationPhase = 'raw';
  let askedUs = 0;
  let before: CalibrationPhase = 'raw';
  let seq = 0;
  let run = 'a';
  let readings = 0;
  let shift = 0;

  const toward = (from: number, to: number) => {
    const step = (speed * dtUs) / 1e6;
    return from + Math.max(-step, Math.min(step, to - from));
  };
  function raw(name: string, us: number): number {
    readings += 1;
    const isFinger = fingers.some((finger) => finger === name);
    if (name === 'qw') return 16_384;
    if (name.startsWith('g')) return Math.round((gyroBias / (Math.PI / 180)) * 16 + bell());
    if (!isFinger && !name.includes('splay')) return 0;
    if (spikeEvery > 0 && readings % spikeEvery === 0) return 4_095;
    const wanted = isFinger ? (name === 'thumb' ? at.thumb : at.curl) : at.splay;
    const shaken = wanted + tremor * Math.sin(2 * Math.PI * 6 * (us / 1e6));
    const curl = stiff.includes(name) ? 0.2 : shaken;
    const shown = backwards.includes(name) ? 1 - curl : curl;
    return Math.round(open + shift + shown * (closed - open) + noise * bell());
  }

  return {
    /** The next samples, while this is asked. */
    block(phase: CalibrationPhase, more: Partial<SampleBlock> = {}): SampleBlock {
      if (phase !== asked) {
        before = asked;
        asked = phase;
        askedUs = 0;
      }
      const values = new Int16Array(samplesPerBlock * layout.channels.length);
      const first = seq;
      for (let sample = 0; sample < samplesPerBlock; sample += 1) {
        const ms = askedUs / 1_000 - reactionMs;
        const target = ms < 0 ? targetIn(before, 0) : targetIn(phase, ms);
        at.curl = toward(at.curl, target.curl);
        at.thumb = toward(at.thumb, target.thumb);
        at.splay = toward(at.splay, target.splay);
        for (const [column, { name }] of layout.channels.entries()) {
          values[sample * layout.channels.length + column] = raw(name, seq * dtUs);
        }
        seq += 1;
        askedUs += dtUs;
      }
      const t0Us = 1_790_000_000_000_000 + first * dtUs;
      const count = samplesPerBlock;
      const calibrated = false;
      return {
        glove,
        run,
        seq: first,
        lost: 0,
        t0Us,
        dtUs,
        count,
        layout,
        values,
        calibrated,
        deviceAuto,
        ...more,
      };
    },
    /** The glove was off and on. */
    restart(): void {
      run += 'a';
      seq = 0;
    },
    /** The sensors say so many raw units more from now on. */
    drift(raw: number): void {
      shift = raw;
    },
    blockMs: (samplesPerBlock * dtUs) / 1_000,
  };
}
export type ObedientHand = ReturnType<typeof anObedientHand>;
