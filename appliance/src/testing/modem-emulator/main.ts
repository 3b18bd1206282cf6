/**
 * A modem as a program, for whoever runs an appliance with `DUGOUT_MODEM_PATH` and has no modem:
 * `node main.ts <path>`. Standard input takes orders and standard output tells what happens, a JSON object a line.
 */
import { createInterface } from 'node:readline';
import { plugIntoTerminal } from './emulated-terminal.ts';
import { createModemEmulator, type ModemScript } from './modem-emulator.ts';

type Order =
  | { do: 'plug' | 'unplug' | 'reboot' | 'release' }
  | { do: 'script'; set: Partial<ModemScript> }
  | { do: 'network'; stat: number }
  | { do: 'bring'; from: string; body: string }
  | { do: 'report'; message_reference: number; to: string; status: number };

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: main.ts <path>');

const tell = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
const modem = createModemEmulator({
  now: Date.now,
  sentPart: ({ to, body, part, messageReference }) =>
    tell({ event: 'sent', to, body, part, message_reference: messageReference }),
});

async function plug(at: string): Promise<void> {
  if (modem.isPlugged()) return;
  await plugIntoTerminal(modem, at, () => tell({ event: 'unplugged' }));
  tell({ event: 'plugged', path: at });
}

async function obey(order: Order, at: string): Promise<void> {
  if (order.do === 'plug') await plug(at);
  else if (order.do === 'script') Object.assign(modem.script, order.set);
  else if (order.do === 'network') modem.changeNetwork(order.stat);
  else if (order.do === 'bring') modem.bring({ from: order.from, body: order.body });
  else if (order.do === 'report') {
    modem.report({ messageReference: order.message_reference, to: order.to }, order.status);
  } else modem[order.do]();
}

await plug(path);
for await (const line of createInterface({ input: process.stdin }))
  await obey(JSON.parse(line) as Order, path);
modem.unplug();
