// Starts a Postgres in the directory that it is given, with what is set after it (`name=value`), says where, and never
// stops it.
import { startEmbeddedPostgres } from '../postgres/embedded.ts';

const [directory = '', ...settings] = process.argv.slice(2);
const parameters = Object.fromEntries(settings.map((setting) => setting.split('=', 2)));
const { url } = await startEmbeddedPostgres({ directory, parameters });
process.stdout.write(`${url}\n`);
process.stdin.resume();
