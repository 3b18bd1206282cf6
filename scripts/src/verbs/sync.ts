import { readdirSync } from 'node:fs';
import { Command } from 'commander';

/** What can be done about replication: a file each in `sync/`, whose default export is its command. */
const sync = new Command('sync').description('the replica of this venue in the cloud');

const folder = new URL('../sync/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
for (const file of files.sort()) {
  const verb = (await import(new URL(file, folder).href)) as { default: Command };
  sync.addCommand(verb.default);
}

export default sync;
