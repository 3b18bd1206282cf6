import { expect, test } from 'vitest';
import { mayBeShown } from './names-that-may-be-shown.ts';

test.each([
  'Ana',
  'Analía',
  'ANALIA B',
  'Ms Cummings',
  'Dickson',
  'Fagan',
  'Kikelomo',
  'Semenov',
  'Shitara',
  'Van Dyke',
  'Hancock',
  'Cassandra',
  'Scunthorpe',
  'Cockburn',
  'Bassett',
  'Phuc Nguyen',
  'Annalisa Dikshit',
  'Shitole',
  'Slutsky',
  'שלום',
  'محمد',
  '小林',
])('%s is a name', (name) => expect(mayBeShown(name)).toBe(true));

test.each([
  'fuck',
  'FUCK',
  'fuuuck',
  'fuсk',
  'fück',
  'ｆｕｃｋ',
  'f*ck',
  'sh1t',
  'n1gger',
  'Ana Shit',
  'shitara shit',
  'dick dickson',
])('%s is not shown', (name) => expect(mayBeShown(name)).toBe(false));
