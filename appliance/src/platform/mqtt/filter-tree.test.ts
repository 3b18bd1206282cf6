import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFilterTree, fits } from './filter-tree.ts';

test.each([
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/c', false],
  ['a/b/c', 'a/b', false],
  ['a/+', 'a/b', true],
  ['a/+', 'a', false],
  ['a/+', 'a/', true],
  ['+/+', '/a', true],
  ['+', '/a', false],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/+/c', 'a/b/c', true],
  ['#', 'a/b', true],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', true],
  ['a/+', 'a/$x', true],
])('[MQTT-4.7] %s on %s: %s', (filter, topic, expected) => {
  const tree = createFilterTree<string>();
  tree.add(filter, 'listener');
  expect(fits(filter, topic)).toBe(expected);
  expect(tree.match(topic)).toEqual(expected ? ['listener'] : []);
});

const level = fc.constantFrom('a', 'b', '', '$s');
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, many]) => [...levels, ...(many ? ['#'] : [])].join('/'));

test('the tree finds exactly the filters that fit, whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(filters), fc.array(filters), topics, (kept, removed, topic) => {
      const tree = createFilterTree<object>();
      const values = kept.map((filter) => ({ filter }));
      const passing = removed.map((filter) => ({ filter }));
      for (const value of [...values, ...passing]) tree.add(value.filter, value);
      for (const value of passing) tree.remove(value.filter, value);
      const expected = values.filter(({ filter }) => fits(filter, topic));
      expect(new Set(tree.match(topic))).toEqual(new Set(expected));
    }),
  );
});
