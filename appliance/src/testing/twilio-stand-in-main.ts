import { startTwilioStandIn } from './twilio-stand-in.ts';

const standIn = await startTwilioStandIn({ port: 8181 });
const { accountSid, authToken, numbers } = standIn.account;
process.stdout.write(`A stand-in for Twilio. Start the appliance with

  DUGOUT_SMS=twilio
  TWILIO_API_URL=${standIn.url}
  TWILIO_ACCOUNT_SID=${accountSid}
  TWILIO_AUTH_TOKEN=${authToken}
  TWILIO_FROM=${numbers[0]}

Each line typed here as \`+15551234567 words\` is a text from that number.
`);
process.stdin.setEncoding('utf8').on('data', (typed: string) => {
  for (const [, from = '', words = ''] of typed.matchAll(/^(\+\d+) (.+)$/gmu)) standIn.receive(from, words);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.stdin.destroy();
    void standIn.stop();
  });
}
