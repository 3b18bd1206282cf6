import { connect, type MqttClient } from 'mqtt';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { inbox, until } from '../../testing/test-broker.ts';
import { aPlayer, type Credentials } from '../../testing/test-users.ts';
import { notificationsStore } from './notifications-store.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const topicOf = (playerId: string) => `dugout/v1/labs/player/${playerId}/event`;

async function aListener(
  { ports }: Pick<TestAppliance, 'ports'>,
  { username, password }: Credentials,
  phone: string,
): Promise<MqttClient> {
  const client = connect(`mqtt://127.0.0.1:${ports.mqtt}`, {
    protocolVersion: 4,
    clientId: `${username}-${phone}`,
    username,
    password,
    reconnectPeriod: 0,
  });
  onTestFinished(() => {
    client.end(true);
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  return client;
}

const tell = ({ database, notifications }: TestAppliance, playerId: string, number: number) =>
  database.write((tx) =>
    notifications.tell(tx, { playerId, type: 'test', payload: { number }, uniqueKey: `n ${number}` }),
  );

describe('over MQTT', () => {
  test('a player is told on every phone what HTTP tells, by password and by token', async () => {
    const ana = await aPlayer(venue);
    const { token } = (await venue.post('/login', { body: ana.credentials })).body;
    const phones = [
      await aListener(venue, ana.credentials, 'one'),
      await aListener(venue, { ...ana.credentials, password: token }, 'two'),
    ];
    const inboxes = phones.map(inbox);
    for (const phone of phones) await phone.subscribeAsync(topicOf(ana.id), { qos: 1 });
    for (let number = 0; number < 20; number += 1) void tell(venue, ana.id, number);
    await until(() => inboxes.every((messages) => messages.length >= 20));
    const { items } = (await venue.get('/api/me/events', { as: ana.credentials })).body;
    for (const messages of inboxes) {
      expect(messages.map(({ text }) => JSON.parse(text))).toEqual(items);
      expect(new Set(messages.map(({ retain }) => retain))).toEqual(new Set([false]));
    }
  });

  test('nobody reads what is told to another, and nobody tells a player anything', async () => {
    const [ana, ben] = [await aPlayer(venue), await aPlayer(venue)];
    const phone = await aListener(venue, ben.credentials, 'phone');
    const staff = await aListener(venue, { username: 'user', password: 'in-labs-only' }, 'desk');
    const messages = inbox(phone);
    await phone.subscribeAsync(topicOf(ben.id), { qos: 1 });
    for (const filter of [topicOf(ana.id), topicOf(ben.credentials.username), topicOf('+')]) {
      for (const client of [phone, staff]) {
        const granted = await client.subscribeAsync(filter, { qos: 1 }).catch(() => 'refused');
        expect(granted, filter).toBe('refused');
      }
    }
    await phone.publishAsync(topicOf(ben.id), '{}', { qos: 1 });
    await tell(venue, ana.id, 1);
    await tell(venue, ben.id, 2);
    await until(() => messages.length > 0);
    expect(messages.map(({ text }) => JSON.parse(text).number)).toEqual([2]);
  });
});

describe('what was committed and not told when the process ended', () => {
  test('is told, once phones have had time to come back, before what comes then', async () => {
    const directory = aTemporaryDirectory();
    const before = await aTestAppliance({ directory });
    const ana = await aPlayer(before);
    const id = await tell(before, ana.id, 1);
    await until(() => (notificationsStore.toldBy(before.database.now, 'mqtt') ?? 0) > 0);
    // As if it had died before it wrote down how far it had come.
    await before.database.write((tx) => notificationsStore.setTold(tx, 'mqtt', 0));
    await before.stop();

    const clock = createFakeClock(Date.now());
    const after = await aTestAppliance({ directory, clock, environment: { DUGOUT_TIMEZONE: 'UTC' } });
    try {
      const phone = await aListener(after, ana.credentials, 'phone');
      const messages = inbox(phone);
      await phone.subscribeAsync(topicOf(ana.id), { qos: 1 });
      await tell(after, ana.id, 2);
      expect(messages).toEqual([]);
      await clock.advance(5_000);
      await until(() => messages.length >= 2);
      expect(messages.map(({ text }) => JSON.parse(text))).toMatchObject([{ id, number: 1 }, { number: 2 }]);
    } finally {
      await after.stop();
    }
  });

  test('is nothing on a machine that has told nobody: its data came from elsewhere', async () => {
    const directory = aTemporaryDirectory();
    const first = await aTestAppliance({ directory });
    const ana = await aPlayer(first);
    await tell(first, ana.id, 1);
    await first.stop();
    const second = await aTestAppliance({ directory });
    const told = notificationsStore.toldBy(second.database.now, 'mqtt');
    expect(told).toBe(notificationsStore.newestEvent(second.database.now));
    await second.stop();
  });
});
