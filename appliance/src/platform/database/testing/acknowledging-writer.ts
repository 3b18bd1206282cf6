import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../database.ts';
import { insertInto } from '../query.ts';
import { acknowledged, migrations } from './acknowledged.ts';

/**
 * Writes until it is killed, 64 writes at a time, and says on stdout which of them were acknowledged. Each is two
 * rows that belong together. Arguments: data directory, name of the round.
 */
const [directory = '', round = ''] = process.argv.slice(2);
const database = openDatabase({ directory, migrations, clock: systemClock });
const insert = insertInto(acknowledged);

async function client(name: string): Promise<never> {
  for (let n = 0; ; n += 1) {
    const id = join(round, name, String(n));
    await database.write((tx) => {
      tx.run(insert, { id, half: 'first' });
      tx.run(insert, { id, half: 'second' });
    });
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 64 }, (_, n) => client(String(n))));
