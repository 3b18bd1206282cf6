import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedServer } from '../testing/a-cloud.ts';
import { plantedBugs } from './planted-bugs.ts';

/** The lives of `torture.test.ts`, which without a bug are all survived. */
const seed = 20;
const cases = 44;

/** What the torture says of the code with this bug in it. */
function tortured(postgres: string, bug: string): Promise<{ code: number; said: string }> {
  const options = {
    '--postgres': postgres,
    '--seed': seed,
    '--cases': cases,
    '--patience': 8,
    '--plant': bug,
  };
  const argv = [join(import.meta.dirname, 'main.ts'), ...Object.entries(options).flat().map(String)];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { timeout: 300_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, said: stdout + stderr });
    });
  });
}

describe('a bug that is planted is found:', () => {
  test.each(plantedBugs.map(({ name }) => name))(
    '%s',
    async (name) => {
      const { code, said } = await tortured(await sharedServer(), name);
      expect(said).toMatch(/^PromiseBroken: /mu);
      expect(code).toBe(1);
    },
    320_000,
  );
});
