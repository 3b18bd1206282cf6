import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { checkout, inCheckout } from './checkout.ts';

const names = readdirSync(inCheckout('appliance/bench'), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map((entry) => entry.name.replace(/\.ts$/u, ''));

const [name, ...rest] = process.argv.slice(2);
if (name === undefined) {
  console.log(`npm run bench -- <name> [--json]\n\n${names.map((known) => `  ${known}\n`).join('')}`);
} else if (!names.includes(name)) {
  console.error(`There is no benchmark "${name}". There are: ${names.join(', ')}.`);
  process.exitCode = 1;
} else {
  const bench = [inCheckout(`appliance/bench/${name}.ts`), ...rest];
  process.exitCode = spawnSync(process.execPath, bench, { cwd: checkout, stdio: 'inherit' }).status ?? 1;
}
