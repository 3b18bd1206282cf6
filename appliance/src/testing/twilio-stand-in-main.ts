/**
 * A stand-in for Twilio as a program, for whoever runs an appliance with `DUGOUT_SMS=twilio` and has no account:
 * `node twilio-stand-in-main.ts [port]`. It takes the account from the appliance's own variables where they are set.
 * Standard input takes orders and standard output tells what happens, a JSON object a line.
 */
import { createInterface } from 'node:readline';
import { startTwilioStandIn } from './twilio-stand-in.ts';

type Order = { do: 'go_offline' | 'come_back' } | { do: 'receive'; from: string; body: string };

const tell = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM } = process.env;
const standIn = await startTwilioStandIn({
  port: Number(process.argv[2] ?? 8181),
  ...(TWILIO_ACCOUNT_SID === undefined ? {} : { accountSid: TWILIO_ACCOUNT_SID }),
  ...(TWILIO_AUTH_TOKEN === undefined ? {} : { authToken: TWILIO_AUTH_TOKEN }),
  ...(TWILIO_FROM === undefined ? {} : { numbers: [TWILIO_FROM] }),
  taken: ({ to, body }) => tell({ event: 'taken', to, body }),
});
let isOnline = true;

async function obey(order: Order): Promise<void> {
  if (order.do === 'receive') standIn.receive(order.from, order.body);
  else {
    const wanted = order.do === 'come_back';
    if (wanted !== isOnline) await (wanted ? standIn.comeBack() : standIn.goOffline());
    isOnline = wanted;
    tell({ event: wanted ? 'online' : 'offline' });
  }
}

tell({
  event: 'online',
  settings: {
    DUGOUT_SMS: 'twilio',
    TWILIO_API_URL: standIn.url,
    TWILIO_ACCOUNT_SID: standIn.account.accountSid,
    TWILIO_AUTH_TOKEN: standIn.account.authToken,
    TWILIO_FROM: standIn.account.numbers[0],
  },
});
process.once('SIGTERM', () => process.stdin.destroy());
for await (const line of createInterface({ input: process.stdin })) await obey(JSON.parse(line) as Order);
await standIn.stop();
