import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { applianceIdIn } from './appliance-id.ts';

test('a machine is given an identity once, which nobody else reads', () => {
  const directory = aTemporaryDirectory();
  const id = applianceIdIn(directory);
  expect(applianceIdIn(directory)).toBe(id);
  expect(applianceIdIn(aTemporaryDirectory())).not.toBe(id);
  const file = join(directory, 'keys/appliance-id');
  expect(readFileSync(file, 'utf8')).toBe(`${id}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
