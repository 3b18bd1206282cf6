import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { checkout, inCheckout } from './checkout.ts';

const folders = ['appliance/bench', 'cloud-sync/bench'];
const benches = new Map(
  folders.flatMap((folder) =>
    readdirSync(inCheckout(folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      .map((entry) => [entry.name.replace(/\.ts$/u, ''), inCheckout(`${folder}/${entry.name}`)] as const),
  ),
);

const [name, ...rest] = process.argv.slice(2);
const bench = benches.get(name ?? '');
const names = [...benches.keys()];
if (name === undefined) {
  console.log(`npm run bench -- <name> [--json]\n\n${names.map((known) => `  ${known}\n`).join('')}`);
} else if (bench === undefined) {
  console.error(`There is no benchmark "${name}". There are: ${names.join(', ')}.`);
  process.exitCode = 1;
} else {
  process.exitCode =
    spawnSync(process.execPath, [bench, ...rest], { cwd: checkout, stdio: 'inherit' }).status ?? 1;
}
