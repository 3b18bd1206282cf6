import { expect } from 'vitest';
import type { Role } from '../../contract/auth.ts';
import { DeviceKind } from '../../contract/devices.ts';
import type { PlayerInput } from '../../contract/players.ts';
import { users } from '../modules/auth/auth-tables.ts';
import { createPasswords } from '../modules/auth/passwords.ts';
import { insertInto } from '../platform/database/query.ts';
import type { TestAppliance } from './test-appliance.ts';

export interface Credentials {
  username: string;
  password: string;
}

let made = 0;
const freshName = (what: string): string => {
  made += 1;
  return `${what}-${made}`;
};

/** Somebody who can sign in with this role: devices are enrolled, players sign up, staff are put there. */
export async function aUser(venue: TestAppliance, role: Role): Promise<Credentials> {
  if (role === 'player') return (await aPlayer(venue)).credentials;
  if (DeviceKind.safeParse(role).success) {
    const device = await venue.post('/api/devices', {
      as: 'user',
      body: { name: freshName(role), kind: role },
    });
    expect(device).toMatchObject({ status: 201 });
    return { username: device.body.name, password: device.body.secret };
  }
  const credentials = { username: freshName(role), password: 'a password of staff' };
  const password_hash = await createPasswords().hash(credentials.password);
  await venue.database.write((tx) =>
    tx.run(insertInto(users), {
      id: crypto.randomUUID(),
      username: credentials.username,
      username_key: credentials.username,
      role,
      password_hash,
      player_id: null,
      created_at: 0,
      disabled_at: null,
    }),
  );
  return credentials;
}

/** A player with an account of their own. */
export async function aPlayer(venue: Pick<TestAppliance, 'post'>, details: Partial<PlayerInput> = {}) {
  const credentials = { username: freshName('player'), password: 'a password of a player' };
  const made = await venue.post('/api/players', { body: { name: 'Ana Pérez', ...credentials, ...details } });
  expect(made).toMatchObject({ status: 201 });
  return { id: made.body.id as string, player: made.body, credentials };
}
