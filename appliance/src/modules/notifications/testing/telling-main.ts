// An appliance to be killed: each line `<player id> <number>` on its standard input is told to that player, and said
// back once it is on disk.
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { compose } from '../../../compose.ts';
import { loadConfig } from '../../../config.ts';

const { lifecycle, ports, database, notifications } = compose(loadConfig(), pino({ level: 'silent' }));
await lifecycle.start();
const say = (line: string) => void process.stdout.write(`${line}\n`);
say(JSON.stringify(ports));
for await (const line of createInterface({ input: process.stdin })) {
  const [playerId = '', number = ''] = line.split(' ');
  const telling = { playerId, type: 'test', payload: { number: Number(number) }, uniqueKey: number };
  void database.write((tx) => notifications.tell(tx, telling)).then(() => say(number));
}
