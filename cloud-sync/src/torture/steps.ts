import fc from 'fast-check';
import type { Failpoint } from '../shipping/failpoints.ts';

/** A statement of a transaction, small enough to be read in a report. */
export type Write =
  | {
      readonly op: 'add' | 'change' | 'remove' | 'remake' | 'rekey';
      readonly row: number;
      readonly text: number;
    }
  | { readonly op: 'swap' }
  | { readonly op: 'usurp' }
  | { readonly op: 'measure'; readonly row: number; readonly real: number }
  | { readonly op: 'large'; readonly row: number };

const failpointNames: readonly Failpoint[] = [
  'before connect',
  'before handshake',
  'after handshake',
  'after read',
  'before send',
  'after apply',
  'after save',
  'before heartbeat',
  'before copy begins',
  'in copy',
  'before copy commits',
  'before probe',
  'before wait',
];

/** What happens in a case, one after the other; shipping goes on meanwhile. */
export type Step =
  | { readonly kind: 'write'; readonly writes: readonly Write[]; readonly by: 'appliance' | 'hand' }
  | { readonly kind: 'bulk'; readonly rows: number }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'copy' }
  | { readonly kind: 'command'; readonly fate: 'well' | 'answer lost' | 'refused' | 'expired' | 'away' }
  | Fault;

export type Fault =
  | { readonly kind: 'daemon dies'; readonly at: Failpoint }
  | { readonly kind: 'daemon restarts' }
  | { readonly kind: 'appliance restarts' }
  | { readonly kind: 'answer lost' }
  | { readonly kind: 'link cut'; readonly at: Failpoint; readonly ms: number }
  | { readonly kind: 'link frozen'; readonly at: Failpoint; readonly ms: number }
  | { readonly kind: 'link slow'; readonly ms: number }
  | { readonly kind: 'sessions ended'; readonly at: Failpoint }
  | { readonly kind: 'late request' }
  | { readonly kind: 'batch again' }
  /** `late`: when the venue has forgotten what it was like then. */
  | { readonly kind: 'cloud set back'; readonly copy: number; readonly late: boolean }
  | {
      readonly kind: 'venue set back';
      readonly copy: number;
      readonly memory: 'kept' | 'lost';
      readonly writes: number;
      readonly chosen: 'venue' | 'cloud';
    }
  | { readonly kind: 'twin'; readonly keys: 'same' | 'own' }
  | { readonly kind: 'replaced'; readonly unsent: number }
  | { readonly kind: 'poison'; readonly row: number }
  | {
      readonly kind: 'changed in the cloud';
      readonly row: number;
      readonly how: 'changed' | 'removed' | 'added';
    }
  | { readonly kind: 'table unknown' }
  | { readonly kind: 'clock jumps'; readonly days: number }
  | { readonly kind: 'days pass'; readonly days: number; readonly beats: number }
  | { readonly kind: 'log given up'; readonly writes: number };

const benign: ReadonlySet<string> = new Set(['write', 'bulk', 'pause', 'settle', 'copy', 'command']);
export const isFault = (step: Step): boolean =>
  !benign.has(step.kind) || (step.kind === 'command' && step.fate !== 'well');

const row = fc.nat(11);
const text = fc.nat(15);
const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constantFrom('add', 'change', 'change', 'remove', 'remake', 'rekey'),
      row,
      text,
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('swap' as const, 'usurp' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('measure' as const), row, real: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('large' as const), row }) },
);

const at = fc.constantFrom(...failpointNames);
const kind = <Kind extends string>(name: Kind) => ({ kind: fc.constant(name) });
const copy = fc.nat(5);

const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(
    22,
    fc.record({
      ...kind('write'),
      writes: fc.array(write, { minLength: 1, maxLength: 6 }),
      by: fc.constantFrom('appliance', 'appliance', 'appliance', 'hand'),
    }),
  ),
  weighted(2, fc.record({ ...kind('bulk'), rows: fc.integer({ min: 20, max: 90 }) })),
  weighted(4, fc.record({ ...kind('pause'), ms: fc.nat(40) })),
  weighted(3, fc.record(kind('settle'))),
  weighted(3, fc.record(kind('copy'))),
  weighted(
    4,
    fc.record({
      ...kind('command'),
      fate: fc.constantFrom('well', 'answer lost', 'refused', 'expired', 'away'),
    }),
  ),
  weighted(12, fc.record({ ...kind('daemon dies'), at })),
  weighted(2, fc.record(kind('daemon restarts'))),
  weighted(2, fc.record(kind('appliance restarts'))),
  weighted(5, fc.record(kind('answer lost'))),
  weighted(4, fc.record({ ...kind('link cut'), at, ms: fc.nat(40) })),
  weighted(2, fc.record({ ...kind('link frozen'), at, ms: fc.nat(60) })),
  weighted(2, fc.record({ ...kind('link slow'), ms: fc.nat(20) })),
  weighted(3, fc.record({ ...kind('sessions ended'), at })),
  weighted(4, fc.record(kind('late request'))),
  weighted(4, fc.record(kind('batch again'))),
  weighted(4, fc.record({ ...kind('cloud set back'), copy, late: fc.boolean() })),
  weighted(
    3,
    fc.record({
      ...kind('venue set back'),
      copy,
      memory: fc.constantFrom('kept', 'lost'),
      writes: fc.nat(8),
      chosen: fc.constantFrom('venue', 'cloud'),
    }),
  ),
  weighted(2, fc.record({ ...kind('twin'), keys: fc.constantFrom('same', 'own') })),
  weighted(2, fc.record({ ...kind('replaced'), unsent: fc.nat(3) })),
  weighted(3, fc.record({ ...kind('poison'), row })),
  weighted(
    2,
    fc.record({ ...kind('changed in the cloud'), row, how: fc.constantFrom('changed', 'removed', 'added') }),
  ),
  weighted(2, fc.record(kind('table unknown'))),
  weighted(2, fc.record({ ...kind('clock jumps'), days: fc.integer({ min: -9, max: 9 }) })),
  weighted(
    6,
    fc.record({
      ...kind('days pass'),
      days: fc.constantFrom(0, 1, 8),
      beats: fc.integer({ min: 1, max: 4 }),
    }),
  ),
  weighted(3, fc.record({ ...kind('log given up'), writes: fc.nat(3) })),
) as fc.Arbitrary<Step>;

/** A venue's hard life. */
export interface Life {
  /** How much goes into one batch. */
  readonly keys: number;
  readonly steps: readonly Step[];
}

export const lives = (steps: number): fc.Arbitrary<Life> =>
  fc.record({
    keys: fc.constantFrom(3, 7, 25, 400),
    steps: fc.array(step, { minLength: Math.ceil(steps / 3), maxLength: steps, size: 'max' }),
  });
