import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { checkout, inCheckout } from './checkout.ts';

const { fix } = parseArgs({ options: { fix: { type: 'boolean', default: false } } }).values;

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}
const bin = (name: string): string => inCheckout(`node_modules/.bin/${name}`);

/** What must hold before a change may land. `--fix` mends what a tool can mend: format and reference. */
const steps: readonly Step[] = [
  {
    name: 'format and lint',
    command: [bin('biome'), 'check', '--error-on-warnings', ...(fix ? ['--write'] : [])],
  },
  { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'types of the screens', command: [bin('tsc'), '-p', 'kiosk-ui/tsconfig.json'] },
  {
    name: 'architecture',
    command: [bin('vitest'), 'run', '--reporter=dot', 'appliance/src/architecture.test.ts'],
  },
  {
    name: 'generated reference',
    command: [process.execPath, inCheckout('scripts/dugout.mjs'), 'reference', ...(fix ? [] : ['--check'])],
  },
];

let failures = 0;
for (const { name, command } of steps) {
  const started = performance.now();
  const [file, ...args] = command;
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: checkout, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name.padEnd(22)} ${seconds} s`);
  if (status === 0) continue;
  failures += 1;
  console.log(`\n${stdout}${stderr}`);
}
if (failures > 0) {
  console.log(
    `\n${failures} of ${steps.length} failed. \`npm run check -- --fix\` mends format and reference.`,
  );
  process.exitCode = 1;
}
