import { Command } from 'commander';
import { staleFiles, writePages } from '../reference/files.ts';

export default new Command('reference')
  .description('writes docs/reference from the routes, topics, events, tables, problems and settings')
  .option('--check', 'write nothing; exit 1 when a file is not current')
  .option('--json', 'print the names of the files as one JSON object')
  .action(async ({ check, json }: { check?: true; json?: true }) => {
    // Composing an appliance takes a moment that other verbs need not pay.
    const { describeAppliance } = await import('../../../appliance/src/reference.ts');
    const { referencePages } = await import('../reference/pages.ts');
    const pages = referencePages(describeAppliance());
    const stale = staleFiles(pages);
    if (!check) writePages(pages);
    if (json) console.log(JSON.stringify(check ? { stale } : { written: stale }));
    else console.log(sentence(stale, check === true));
    process.exitCode = check && stale.length > 0 ? 1 : 0;
  });

function sentence(stale: readonly string[], checking: boolean): string {
  if (stale.length === 0) return 'docs/reference is current.';
  const files = stale.join(', ');
  return checking
    ? `Not current in docs/reference: ${files}. Run \`npm run check -- --fix\`.`
    : `Written: ${files}.`;
}
