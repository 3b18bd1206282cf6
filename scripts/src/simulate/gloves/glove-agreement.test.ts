import { expect, test } from 'vitest';
import { gloveDisagreements, glovesTold } from './glove-agreement.ts';
import type { GloveCounted } from './glove-program.ts';

const none = { packets: 0, samples: 0 };
const noFaults: GloveCounted['faults'] = {
  ...{ lost: none, duplicated: none, reordered: none, replayed: none, torn: none, deleted: none },
  ...{ flipped: none, garbled: none, late: none, dropout: none },
  ...{ dropouts: 0, powerLosses: 0, clockSteps: 0, sleeps: 0, bootLogLines: 0 },
};

function aGlove(more: Partial<GloveCounted> = {}): GloveCounted {
  const samples = more.samples ?? 1_000;
  return {
    ...{ name: 'left', format: 'frame', rateHz: 100, samples, packets: samples / 5, runs: 1 },
    ...{ arriving: samples, unsent: 0, answers: 0, waits: 0, faults: noFaults },
    ...more,
  };
}
const told = (samples: number, lost = 0) => ({ samples, lost, duplicates: 0, rejected: 0 });

test('what is numbered is there or known to be lost, to the last sample', () => {
  expect(gloveDisagreements(aGlove(), told(1_000))).toEqual([]);
  expect(gloveDisagreements(aGlove(), told(990, 10))).toEqual([]);
  expect(gloveDisagreements(aGlove(), told(995))).toEqual([
    'left: of 1000 samples 995 came and 0 are called lost: 5 are missing',
  ]);
  expect(gloveDisagreements(aGlove(), told(1_000, 5))).toHaveLength(1);
  expect(gloveDisagreements(aGlove(), told(1_005))).toHaveLength(2);
});

test('a glove that lost frames itself may have lost its last ones, of which nobody can know', () => {
  const lossy = aGlove({ arriving: 900, faults: { ...noFaults, lost: { packets: 20, samples: 100 } } });
  expect(gloveDisagreements(lossy, told(900, 95))).toEqual([]);
  expect(gloveDisagreements(lossy, told(905, 95))).toHaveLength(1);
  expect(gloveDisagreements(lossy, told(300, 95))).toHaveLength(1);
});

test('numbers and times that a fault has changed are not counted on; what came from nowhere is found all the same', () => {
  const flipped = aGlove({ arriving: 950, faults: { ...noFaults, flipped: { packets: 10, samples: 50 } } });
  expect(gloveDisagreements(flipped, told(998, 15))).toEqual([]);
  expect(gloveDisagreements(flipped, told(1_005))).toHaveLength(1);
  const checked = { ...flipped, format: 'cobs' };
  expect(gloveDisagreements(checked, told(998, 2))).toHaveLength(1);
  const stepped = aGlove({ faults: { ...noFaults, clockSteps: 3 } });
  expect(gloveDisagreements(stepped, told(980))).toEqual([]);
  expect(gloveDisagreements(stepped, told(1_000, 175))).toEqual([]);
  expect(gloveDisagreements(stepped, told(300))).toHaveLength(1);
  expect(glovesTold([flipped, stepped, checked, aGlove()], () => told(1_000))).toMatchObject({
    uncounted: 2,
  });
});

test('lines have no numbers: a damaged one may spoil the next, and none may come from nowhere', () => {
  const torn = aGlove({
    ...{ format: 'alpha', samples: 5_000, arriving: 4_990 },
    faults: { ...noFaults, torn: { packets: 10, samples: 10 } },
  });
  expect(gloveDisagreements(torn, told(4_960))).toEqual([]);
  expect(gloveDisagreements(torn, told(4_000))).toHaveLength(1);
  expect(gloveDisagreements(torn, told(5_001))).toHaveLength(1);
});

test('all gloves together: sums, what was done to them, and one that never arrived', () => {
  const sum = glovesTold(
    [
      aGlove({ name: 'left', unsent: 5, faults: { ...noFaults, powerLosses: 2 } }),
      aGlove({ name: 'right', samples: 500 }),
      aGlove({ name: 'mute', samples: 10 }),
      aGlove({ name: 'asleep', samples: 0 }),
      aGlove({ name: 'line', format: 'alpha', samples: 100 }),
    ],
    (name) => ({ left: told(995), right: told(490, 10), line: told(100, 40) })[name],
  );
  expect(sum).toEqual({
    ...{ measured: 1_610, accepted: 1_585, lost: 10, rejected: 0, duplicates: 0, uncounted: 0 },
    faults: { powerLosses: 2, unsent: 5 },
    disagreements: ['mute: nothing came of its 10 samples'],
  });
});
