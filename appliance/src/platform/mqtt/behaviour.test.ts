import { describe, expect, test } from 'vitest';
import { scenarios } from '../../testing/mqtt-scenarios/scenarios.ts';
import { freeTopics, join } from '../../testing/mqtt-world.ts';
import { aTestBroker } from '../../testing/test-broker.ts';

const combinations = Array.from({ length: 8 }, (_, bits) => ({
  cork: (bits & 1) > 0,
  fanOut: (bits & 2) > 0,
  fastParse: (bits & 4) > 0,
}));
const nameOf = (levers: Record<string, boolean>) =>
  Object.keys(levers)
    .filter((name) => levers[name])
    .join(' and ') || 'no lever';
const isBrief = (levers: Record<string, boolean>) => new Set(Object.values(levers)).size === 2;

describe.each(combinations.map((levers) => ({ levers, name: nameOf(levers) })))(
  'what a client sees with $name',
  ({ levers }) => {
    const some = scenarios.filter(({ long }) => !long || !isBrief(levers));
    test.each(some)('$name', async ({ run, seen }) => {
      const topics = freeTopics;
      const persistentRoles = ['rig'] as const;
      const { port } = await aTestBroker({ topics, levers, persistentRoles });
      expect(await run((name, joining) => join(port, name, joining))).toEqual(seen);
    });
  },
);
