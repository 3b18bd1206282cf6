import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Game } from '../../../contract/games.ts';
import type { Message } from '../../../contract/messaging.ts';
import { type ApplianceProcess, anApplianceProcess } from '../../testing/appliance-process.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { testPassword } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { startTwilioStandIn } from '../../testing/twilio-stand-in.ts';

const authorization = `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;

async function ask<Body>(
  venue: ApplianceProcess,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Body> {
  const answer = await fetch(venue.url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as Body;
}

async function call(venue: ApplianceProcess, guest: number): Promise<void> {
  const player = { name: 'Ana', phone: `+1415555${String(1_000 + guest)}`, consent: { sms: true } };
  const { id } = await ask<Game>(venue, 'POST', '/api/games', { player });
  for (const action of ['queue', 'recall']) await ask(venue, 'POST', `/api/games/${id}/${action}`, {});
}

test('kill -9 while texts are handed over: none is given twice, and none is forgotten', async () => {
  const guests = 10;
  const standIn = await startTwilioStandIn({ course: [] });
  onTestFinished(standIn.stop);
  // What is taken is answered late enough to be killed in between.
  standIn.always({ kind: 'slow', ms: 400 });
  const directory = aTemporaryDirectory();
  const { accountSid, authToken, numbers } = standIn.account;
  const venue = await anApplianceProcess(directory, {
    DUGOUT_SMS: 'twilio',
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_FROM: numbers[0],
    TWILIO_API_URL: standIn.url,
    DUGOUT_QUIET_HOURS: 'off',
    DUGOUT_CLOSE_TEXT_AT: '0',
  });
  await Promise.all(Array.from({ length: guests }, (_, guest) => call(venue, guest)));
  for (const enough of [1, 5]) {
    await until(() => standIn.accepted().length >= enough);
    await venue.kill();
    await venue.startAgain();
  }
  const outbox = async () => (await ask<{ items: Message[] }>(venue, 'GET', '/api/messages')).items;
  const isSettled = ({ state, text }: Message) =>
    state === 'sent' || (state === 'unknown' && standIn.accepted().every(({ body }) => body !== text));
  let texts = await outbox();
  await until(async () => {
    texts = await outbox();
    return texts.every(isSettled);
  });
  expect(texts).toHaveLength(guests);
  expect(standIn.mostAccepted()).toBe(1);
  for (const { state, text } of texts)
    expect(standIn.accepted().filter(({ body }) => body === text)).toHaveLength(state === 'sent' ? 1 : 0);
  // A request that was not even begun to be sent when the process died cannot be told from one that was.
  expect(texts.filter(({ state }) => state === 'unknown').length).toBeLessThanOrEqual(8);
  await venue.stop();

  const database = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
  const handed = database
    .prepare('SELECT message_id, count(*) AS times FROM handovers GROUP BY message_id')
    .all();
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
  expect(handed).toHaveLength(guests);
  expect(handed.filter((row) => (row as { times: number }).times !== 1)).toEqual([]);
}, 180_000);
