import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { inCheckout } from './checkout.ts';

const { version } = JSON.parse(readFileSync(inCheckout('package.json'), 'utf8')) as { version: string };

const program = new Command('dugout')
  .description('Runs, checks and describes a Dugout appliance.')
  .version(version)
  .helpCommand(false)
  .enablePositionalOptions()
  .showHelpAfterError('(see dugout <verb> --help)');

/** A verb is a file in `verbs/` whose default export is its command. */
const folder = new URL('verbs/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
for (const file of files.sort()) {
  const verb = (await import(new URL(file, folder).href)) as { default: Command };
  program.addCommand(verb.default);
}

await program.parseAsync();
