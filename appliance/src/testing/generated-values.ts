import type { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Random = () => number;

/** What has broken other systems, as text. */
const hostileTexts: readonly string[] = [
  '',
  ' ',
  'null',
  'NaN',
  '-1',
  '1e309',
  '9007199254740993',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00\ud800',
  '\ufeff',
  '\uffff',
  '\u202eevil',
  '\u200b',
  'İ',
  'ﷺ'.repeat(50),
  'e\u0301'.repeat(60),
  '👩‍👩‍👧‍👦',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%00',
  '%',
  "' OR 1=1 --",
  "'; DROP TABLE games; --",
  '<script>alert(1)</script>',
  '=cmd()',
  '{{7*7}}',
  '${'.concat('7*7}'),
  '$(id)',
  'A'.repeat(10_000),
  'a'.repeat(100).concat('@'),
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
];
const hostileNumbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e-320,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53 + 2,
  1e21,
  1e308,
];
const hostileOthers: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [null],
  [[[[[]]]]],
  { toString: 'x' },
  JSON.parse('{"__proto__":{"role":"admin"}}'),
  JSON.parse('{"constructor":{"prototype":{}}}'),
];

export interface Values {
  random: Random;
  pick<Item>(items: readonly Item[]): Item;
  /** True in so many of a hundred cases. */
  inPercent(percent: number): boolean;
  hostileText(): string;
  /** A value that the schema allows, for the most part; at its edges, often; and something else, now and then. */
  valueFor(schema: JsonSchema): unknown;
}

/**
 * Makes values from JSON schemas.
 * @param known answers an identifier of something that is there
 */
export function createValues(random: Random, known: () => string): Values {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const inPercent = (percent: number) => random() * 100 < percent;
  const hostileText = () => pick(hostileTexts);
  const hostile = () => pick([hostileText, () => pick(hostileNumbers), () => pick(hostileOthers)])();

  function numberIn({ type, minimum, exclusiveMinimum, maximum }: JsonSchema): number {
    const least = minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : -1e9);
    const most = maximum ?? 1e9;
    const drawn = pick([least, most, least + random() * (most - least), Math.min(most, least + 3)]);
    return type === 'integer' ? Math.round(drawn) : drawn;
  }

  function textIn({ format, pattern, enum: choices, minLength = 1, maxLength = 40 }: JsonSchema): unknown {
    if (choices !== undefined) return pick(choices);
    if (format === 'uuid') return inPercent(85) ? known() : crypto.randomUUID();
    if (format === 'date-time') return new Date(Math.floor(random() * 4e12)).toISOString();
    if (format === 'email') return `guest${Math.floor(random() * 1e6)}@example.com`;
    // A slug or a device name; names of attractions are both.
    if (pattern?.startsWith('^[a-z0-9]'))
      return inPercent(80) ? pick(['derby', 'pong', 'glove']) : `x-${Math.floor(random() * 1e6)}`;
    if (pattern !== undefined || inPercent(50)) return `Guest${Math.floor(random() * 1e6)}`;
    return 'é'.repeat(
      pick([minLength, Math.min(80, maxLength), Math.ceil(random() * Math.min(80, maxLength))]),
    );
  }

  function objectIn({ properties = {}, required = [] }: JsonSchema): object {
    const entries = Object.entries(properties).flatMap(([name, property]): [string, unknown][] => {
      const isThere = required.includes(name) ? !inPercent(2) : inPercent(40);
      return isThere && typeof property === 'object' ? [[name, valueFor(property)]] : [];
    });
    if (inPercent(3)) entries.push([hostileText(), hostile()]);
    return Object.fromEntries(entries);
  }

  function valueFor(schema: JsonSchema): unknown {
    if (inPercent(4)) return hostile();
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return valueFor(pick(choices));
    switch (schema.type) {
      case 'object':
        return objectIn(schema);
      case 'integer':
      case 'number':
        return numberIn(schema);
      case 'boolean':
        return inPercent(50);
      case 'null':
        return null;
      case 'string':
        return textIn(schema);
      default:
        return hostile();
    }
  }
  return { random, pick, inPercent, hostileText, valueFor };
}
