import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';

const later = 8_000_000_000_000;
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await aCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.sql('TRUNCATE sync.command, command_inbox'));

const asked = ({
  expiresAt = later,
  fetchedAt = null as number | null,
  review = null as string | null,
} = {}) =>
  cloud.sql(
    `INSERT INTO sync.command (id, site_id, key, actor_id, actor_name, actor_role, method, path, summary, headers, body,
       created_at, expires_at, fetched_at, review)
     VALUES ('c', 'north', 'k', 'u', 'Sam', 'staff', 'POST', '/p', 's', '{}', '', 1, $1, $2, $3)`,
    [expiresAt, fetchedAt, review],
  );
const answered = (siteId: string, status: string) =>
  cloud.sql("INSERT INTO command_inbox (site_id, command_id, status) VALUES ($1, 'c', $2)", [siteId, status]);
const state = async () => (await cloud.sql('SELECT status, open FROM sync.command_state'))[0];

test.each([
  ['queued until the venue fetches it', {}, { status: 'queued', open: true }],
  ['sent when it did', { fetchedAt: 5 }, { status: 'sent', open: true }],
  [
    'sent, not expired, when its time passed at the venue',
    { fetchedAt: 5, expiresAt: 6 },
    { status: 'sent', open: true },
  ],
  ['expired when nobody fetched it in time', { expiresAt: 6 }, { status: 'expired', open: true }],
  ['for a person to look at', { fetchedAt: 5, review: 'lost' }, { status: 'needs_review', open: false }],
])('a command is %s', async (_what, command, expected) => {
  await asked(command);
  expect(await state()).toEqual(expected);
});

test('what the venue says of it is final', async () => {
  await asked({ fetchedAt: 5, review: 'lost' });
  await answered('south', 'applied');
  expect(await state()).toEqual({ status: 'needs_review', open: false });
  await answered('north', 'rejected');
  expect(await state()).toEqual({ status: 'rejected', open: false });
});
