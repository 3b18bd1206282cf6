// Starts a Postgres in the directory that it is given, says where, and never stops it.
import { startEmbeddedPostgres } from '../postgres/embedded.ts';

const [directory = ''] = process.argv.slice(2);
const { url } = await startEmbeddedPostgres({ directory });
process.stdout.write(`${url}\n`);
process.stdin.resume();
