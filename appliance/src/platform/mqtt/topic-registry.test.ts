import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { address, identityOf, site, stateTopic, testTopics } from '../../testing/test-broker.ts';
import { defineTopic, nobody, type Topic } from './topic.ts';
import { topicAddress } from './topic-path.ts';
import { createTopicRegistry } from './topic-registry.ts';

const registry = createTopicRegistry(site, testTopics);
const rig = identityOf('rig_1') ?? expect.fail();
const staff = identityOf('staff_1') ?? expect.fail();
const plain = { retain: false, will: false };

const topic = (name: string, path: string, more: Partial<Topic> = {}) =>
  defineTopic({
    name,
    path,
    direction: 'receive',
    qos: 1,
    retained: false,
    payload: z.object({}),
    publish: nobody,
    subscribe: nobody,
    summary: name,
    ...more,
  });

describe('matching', () => {
  test.each([
    ['rig/rig_1/state', 'state', { kind: 'rig', id: 'rig_1' }],
    ['glove/g-7/stream', 'stream', { id: 'g-7' }],
    ['glove/g-7/state', 'state', { kind: 'glove', id: 'g-7' }],
    ['public/board/שלום', 'board', { lane: 'שלום' }],
  ])('%s is %s', (path, name, params) => {
    expect(registry.match(address(path))).toMatchObject({ topic: { name }, params });
  });

  test.each([
    'board/b/state',
    'rig/rig_1',
    'rig/rig_1/state/more',
    'rig//state',
    '/rig_1/state',
    'rig/a\u0000b/state',
    'rig/a\ufffdb/state',
    `rig/${'x'.repeat(129)}/state`,
    'constructor/__proto__/state',
    'rig/rig_1/toString',
  ])('%j is nothing', (path) => {
    expect(registry.match(address(path))).toBeNull();
  });

  test.each([
    'dugout/v1/other/rig/rig_1/state',
    'dugout/v1/labs-2/rig/rig_1/state',
    '$SYS/x',
    'rig/rig_1/state',
    '',
  ])('%j is not of this site', (text) => {
    expect(registry.match(text)).toBeNull();
  });

  test('an address is what matches', () => {
    const params = { kind: 'rig', id: 'rig_1' } as const;
    expect(registry.address(stateTopic, params)).toBe(address('rig/rig_1/state'));
    expect(topicAddress(site, stateTopic, params)).toBe(address('rig/rig_1/state'));
    for (const id of ['', '+', 'a/b', '#', 'a\nb']) {
      expect(() => registry.address(stateTopic, { kind: 'rig', id }), id).toThrow(TypeError);
    }
    expect(() => registry.address(stateTopic, { kind: 'board', id: 'b' })).toThrow(TypeError);
  });
});

describe('declaring', () => {
  test.each([
    ['a name twice', [topic('a', 'x'), topic('a', 'y')]],
    ['a literal under a free parameter', [topic('a', '{kind}/{id}/state'), topic('b', 'game/{id}/state')]],
    ['two free parameters', [topic('a', '{one}/x'), topic('b', '{two}/x')]],
    [
      'shared values',
      [topic('a', '{k}', { values: { k: ['1', '2'] } }), topic('b', '{k}', { values: { k: ['2'] } })],
    ],
    ['own without an id', [topic('a', 'x/{name}', { publish: [{ roles: ['rig'], own: true }] })]],
    ['a wildcard', [topic('a', 'x/+')]],
    ['half a parameter', [topic('a', 'x-{id}')]],
    ['a parameter twice', [topic('a', '{id}/{id}')]],
    ['values of nothing', [topic('a', '{id}', { values: { kind: ['1'] } })]],
  ])('%s is refused', (_what, topics) => {
    expect(() => createTopicRegistry(site, topics)).toThrow();
  });

  test('values keep apart what would be ambiguous', () => {
    const kinds = { values: { kind: ['rig'] } };
    const both = createTopicRegistry(site, [
      topic('a', '{kind}/{id}/state', kinds),
      topic('b', 'game/{id}/state'),
    ]);
    expect(both.match(address('game/1/state'))?.topic.name).toBe('b');
    expect(both.match(address('rig/1/state'))?.topic.name).toBe('a');
  });
});

describe('publishing', () => {
  test.each([
    ['rig/rig_1/state', plain, true],
    ['rig/rig_1/state', { retain: true, will: true }, true],
    ['rig/rig_2/state', plain, false],
    ['tablet/rig_1/state', plain, false],
    ['rig/rig_1/command', plain, false],
    ['rig/rig_1/event', plain, true],
    ['rig/rig_1/event', { retain: true, will: false }, false],
    ['rig/rig_1/event', { retain: false, will: true }, false],
    ['rig/rig_1/nothing', plain, false],
  ])('a rig on %s %j: %s', (path, flags, allowed) => {
    expect(registry.mayPublish(rig, address(path), flags)).toBe(allowed);
  });
});

describe('subscribing', () => {
  test.each([
    [rig, 'rig/rig_1/command', true],
    [rig, 'rig/rig_1/state', true],
    [rig, 'rig/rig_2/command', false],
    [rig, 'rig/+/command', false],
    [rig, '+/rig_1/command', false],
    [rig, 'rig/rig_1/+', false],
    [rig, 'rig/rig_1/#', false],
    [rig, 'rig/rig_1/event', false],
    [rig, 'public/board/+', true],
    [rig, 'public/#', true],
    [rig, 'public/+/+', true],
    [rig, '+/+/+', false],
    [rig, '#', false],
    [staff, '+/+/state', true],
    [staff, 'rig/+/state', true],
    [staff, 'rig/+/event', true],
    [staff, 'rig/rig_1/state/#', true],
    [staff, 'rig/#', false],
    [staff, 'nothing/declared', false],
    [staff, 'board/+/state', false],
    [staff, 'public', false],
    [staff, 'rig/rig_1/st+', false],
    [staff, 'rig/#/state', false],
  ])('%o %s: %s', (identity, path, allowed) => {
    expect(registry.maySubscribe(identity, address(path))).toBe(allowed);
  });

  test.each([
    '#',
    '+/#',
    '/#',
    '$SYS/#',
    '$share/group/dugout/v1/labs-1/public/board/1',
    'dugout/#',
    'dugout/v1/+/public/board/1',
    '+/v1/labs-1/public/board/1',
    'dugout/v1/other/public/board/1',
    'dugout/v1/labs-2/public/board/1',
    '',
  ])('%j is refused for everybody', (filter) => {
    for (const name of ['admin_1', 'staff_1', 'rig_1', 'player_1']) {
      expect(registry.maySubscribe(identityOf(name) ?? expect.fail(), filter), name).toBe(false);
    }
  });
});
