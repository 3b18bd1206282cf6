import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Game } from '../../../contract/games.ts';
import type { CommandOutcome } from '../../../contract/replication.ts';
import { updateColumns } from '../../platform/database/query.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { versionOf } from '../../platform/http/remote.ts';
import { type Route, writeRoute } from '../../platform/http/route.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { aCommand, asService, bring } from '../../testing/test-commands.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aPlayer, aUser, type Credentials } from '../../testing/test-users.ts';
import { authStore } from '../auth/auth-store.ts';
import { users } from '../auth/auth-tables.ts';
import { createCommandsService } from './commands-service.ts';
import { commandsStore } from './commands-store.ts';

const clock = createFakeClock();
let venue: TestAppliance;
let staff: Credentials;
let actor: string;

beforeAll(async () => {
  venue = await aTestAppliance({ clock });
  staff = await aUser(venue, 'staff');
  actor = idOf(staff);
});
afterAll(() => venue.stop());

const userOf = ({ username }: Credentials) => {
  const user = authStore.userByKey(venue.database.now, username);
  if (user === undefined) throw new Error(`nobody is called ${username}`);
  return user;
};
const idOf = (who: Credentials): string => userOf(who).id;
const rowOf = (id: string) => commandsStore.byId(venue.database.now, id);
const stepsOf = async ({ id }: Pick<Game, 'id'>) =>
  (await venue.get(`/api/games/${id}/history`, { as: 'user' })).body.items.map(
    ({ action }: { action: string }) => action,
  );
const stateOf = async ({ id }: Pick<Game, 'id'>) =>
  (await venue.get(`/api/games/${id}`, { as: 'user' })).body.state;
const recall = (game: Pick<Game, 'id'>, command: Parameters<typeof aCommand>[1] = {}) =>
  aCommand(`/api/games/${game.id}/recall`, { actor_id: actor, ...command });
const problemOf = ({ body }: { body: CommandOutcome }) => body.answer?.body as Record<string, unknown>;

/** The row as somebody far away sees it now. */
function seen({ id }: Pick<Game, 'id'>) {
  const route = venue.routes.find(({ path }) => path === '/api/games/:id/recall');
  if (typeof route?.remote !== 'object' || route.remote.about === undefined) throw new Error('no terms');
  const { about } = route.remote;
  const version = venue.database.now.get(versionOf(about), { key: id });
  return { table: about.table.name, key: id, version: { ...version } };
}

describe('an action from afar', () => {
  test('is done by the venue’s own route, as the user who asked', async () => {
    const game = await aGame(venue, 'queued');
    const command = recall(game, { json: { reason: 'their friends wait' } });

    const brought = await bring(venue, command);

    expect(brought.body).toMatchObject({
      status: 'applied',
      answer: { status: 200, headers: {}, body: { id: game.id, state: 'recalled' } },
    });
    const { items } = (await venue.get(`/api/games/${game.id}/history`, { as: 'user' })).body;
    expect(items.at(-1)).toMatchObject({
      action: 'recall',
      actor: staff.username,
      reason: 'their friends wait',
    });
    expect(rowOf(command.id)).toMatchObject({
      status: 'applied',
      code: null,
      method: 'POST',
      path: `/api/games/${game.id}/recall`,
      actor_id: actor,
      executed_at: clock.now(),
    });
  });

  test('has an alias, a trailing slash and a query like any other', async () => {
    const game = await aGame(venue, 'queued');
    const command = aCommand(`/games/${game.id}/recall/?now=1`, { actor_id: actor });
    expect((await bring(venue, command)).body.status).toBe('applied');
  });

  test('that is brought again has its first answer and no effect, whatever it says then', async () => {
    const game = await aGame(venue, 'queued');
    const command = recall(game);
    const first = await bring(venue, command);
    await act(venue, game.id, 'undo');

    for (const again of [
      command,
      { ...command, cancelled: true },
      { ...command, expires_in_ms: -1, attempts: 9 },
    ])
      expect(await bring(venue, again)).toEqual(first);

    expect(await stepsOf(game)).toEqual(['create', 'queue', 'recall', 'undo']);
  });

  test('that is brought ten times at once is done once, and all are told the same', async () => {
    const command = aCommand('/api/games', {
      actor_id: actor,
      json: { player: { name: 'Only Once' } },
    });
    const brought = await Promise.all(Array.from({ length: 10 }, () => bring(venue, command)));

    expect(new Set(brought.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const { items } = (await venue.get('/api/games?state=new&limit=200', { as: 'user' })).body;
    expect(items.filter(({ player }: Game) => player.name === 'Only Once')).toHaveLength(1);
  });

  test('of a guest who is not signed in is done as theirs', async () => {
    const game = await aGame(venue, 'queued');
    const { pathname } = new URL(game.page_url);
    const brought = await bring(venue, aCommand(`${pathname}/leaving`));
    expect(brought.body).toMatchObject({
      status: 'applied',
      answer: { status: 303, headers: { location: pathname }, body: null },
    });
    expect(await stateOf(game)).toBe('cancelled');
  });
});

describe('what came too late', () => {
  test('is expired, and nothing is done', async () => {
    const game = await aGame(venue, 'queued');
    for (const expires_in_ms of [0, -60_000]) {
      const command = recall(game, { expires_in_ms });
      expect((await bring(venue, command)).body).toEqual({ status: 'expired', answer: null });
    }
    expect(await stateOf(game)).toBe('queued');
  });

  test('is expired also when its time ran out while it was made ready', async () => {
    const route = writeRoute({
      method: 'POST',
      path: '/slow',
      access: 'public',
      tag: 'test',
      summary: '',
      replies: {},
      prepare: () => clock.advance(2_000),
      write: () => ({ status: 204 }),
    });
    const commands = serviceOver([route]);
    const command = aCommand('/slow', { expires_in_ms: 1_000 });
    const prepared = await commands.prepare(command, clock.now(), '127.0.0.1');
    expect(await venue.database.write((tx) => commands.execute(tx, command, prepared))).toEqual({
      status: 'expired',
      answer: null,
    });
  });

  test('is a conflict when the row has changed: who did it, and when', async () => {
    const game = await aGame(venue, 'queued');
    const expect_ = seen(game);
    await act(venue, game.id, 'cancel', { as: 'mlbtablet' });
    const at = clock.now();
    await clock.advance(60_000);

    const brought = await bring(venue, recall(game, { expect: expect_ }));

    expect(brought.body).toMatchObject({ status: 'conflict', answer: { status: 409 } });
    expect(problemOf(brought)).toMatchObject({
      code: 'changed_meanwhile',
      detail: 'It was cancelled by mlbtablet at 07:00, venue time, after what you saw; nothing was done.',
      expected: { state: 'queued' },
      current: { state: 'cancelled' },
      changed_by: 'mlbtablet',
      changed_at: new Date(at).toISOString(),
    });
    expect(await stepsOf(game)).toEqual(['create', 'queue', 'cancel']);
  });

  test('is a conflict also when the state is the same again', async () => {
    const game = await aGame(venue, 'queued');
    const expect_ = seen(game);
    await act(venue, game.id, 'recall');
    await act(venue, game.id, 'undo');
    expect((await bring(venue, recall(game, { expect: expect_ }))).body.status).toBe('conflict');
  });

  test('says which settings changed where nobody wrote down who did it', async () => {
    const change = aCommand('/api/attractions/pong', {
      method: 'PATCH',
      actor_id: actor,
      json: { capacity: 5 },
      expect: {
        table: 'attractions',
        key: 'pong',
        version: { paused: 1, capacity: null, grace_seconds: 120, unheard_of: 7 },
      },
    });
    const { grace_seconds } = (await venue.patch('/api/attractions/pong', { as: 'user', body: {} })).body;
    const brought = await bring(venue, {
      ...change,
      expect: { ...change.expect, version: { ...change.expect?.version, grace_seconds } },
    });
    expect(problemOf(brought)).toMatchObject({
      detail: 'It was changed after what you saw (paused was “1” and is “0”); nothing was done.',
      changed_by: null,
    });
  });

  test('is done when what it was decided on is still so', async () => {
    const game = await aGame(venue, 'queued');
    expect((await bring(venue, recall(game, { expect: seen(game) }))).body.status).toBe('applied');
  });
});

describe('what its sender took back', () => {
  test('before it came is not done', async () => {
    const game = await aGame(venue, 'queued');
    expect((await bring(venue, recall(game, { cancelled: true }))).body).toEqual({
      status: 'cancelled',
      answer: null,
    });
    expect(await stateOf(game)).toBe('queued');
  });

  test('after it came stays done', async () => {
    const game = await aGame(venue, 'queued');
    const command = recall(game);
    await bring(venue, command);
    expect((await bring(venue, { ...command, cancelled: true })).body.status).toBe('applied');
    expect(await stateOf(game)).toBe('recalled');
  });
});

describe('what may not be', () => {
  const rejectedFor = async (command: Parameters<typeof bring>[1]) => {
    const brought = await bring(venue, command);
    expect(brought).toMatchObject({ status: 200, body: { status: 'rejected' } });
    return problemOf(brought)['code'];
  };

  test('is refused to a user who is disabled, gone, or no longer of the staff', async () => {
    const game = await aGame(venue, 'queued');
    const other = await aUser(venue, 'staff');
    const by = (actor_id: string | null) => rejectedFor(recall(game, { actor_id }));
    const asRole = (role: 'player' | 'staff') =>
      venue.database.write((tx) => tx.run(updateColumns(users, ['role']), { ...userOf(other), role }));

    expect(await by(crypto.randomUUID())).toBe('actor_unknown');
    expect(await by(null)).toBe('unauthorized');
    await asRole('player');
    expect(await by(idOf(other))).toBe('forbidden');
    await asRole('staff');
    await venue.database.write((tx) => authStore.setDisabled(tx, idOf(other), clock.now()));
    expect(await by(idOf(other))).toBe('actor_unknown');
    expect(await stateOf(game)).toBe('queued');
  });

  test('is refused to a user who was disabled while it was made ready', async () => {
    const other = await aUser(venue, 'staff');
    const route = writeRoute({
      method: 'POST',
      path: '/slow',
      access: ['staff'],
      tag: 'test',
      summary: '',
      replies: {},
      prepare: async () => {
        await venue.database.write((tx) => authStore.setDisabled(tx, idOf(other), clock.now()));
      },
      write: () => ({ status: 204 }),
    });
    const commands = serviceOver([route]);
    const command = aCommand('/slow', { actor_id: idOf(other) });
    const prepared = await commands.prepare(command, clock.now(), '127.0.0.1');
    const outcome = await venue.database.write((tx) => commands.execute(tx, command, prepared));
    expect(outcome).toMatchObject({ status: 'rejected', answer: { body: { code: 'actor_unknown' } } });
  });

  test('is refused to a player who acts on what is another’s', async () => {
    const [ana, ben] = [await aPlayer(venue), await aPlayer(venue)];
    const command = aCommand(`/api/players/${ben.id}/consent`, {
      method: 'PATCH',
      actor_id: idOf(ana.credentials),
      json: { sms: true },
    });
    expect(await rejectedFor(command)).toBe('not_found');
    const own = { ...command, id: crypto.randomUUID(), actor_id: idOf(ben.credentials) };
    expect((await bring(venue, own)).body.status).toBe('applied');
  });

  test('is refused where the request itself is wrong', async () => {
    const game = await aGame(venue, 'queued');
    expect(await rejectedFor(recall(game, { json: { station_id: 7 } }))).toBe('invalid_request');
    expect(await rejectedFor(recall(game, { body: Buffer.from('{').toString('base64') }))).toBe(
      'malformed_json',
    );
    expect(await rejectedFor(recall(game, { headers: { 'content-type': 'text/plain' } }))).toBe(
      'unsupported_media_type',
    );
    expect(await rejectedFor(recall(game, { json: { reason: 'x'.repeat(70_000) } }))).toBe('body_too_large');
    expect(await rejectedFor(aCommand('/api/nothing', { actor_id: actor }))).toBe('not_found');
    expect(await rejectedFor(aCommand('nothing', { actor_id: actor }))).toBe('not_found');
    expect(await rejectedFor(aCommand('/api/games/%ff/recall', { actor_id: actor }))).toBe('not_found');
    expect(await rejectedFor(aCommand('/api/games', { actor_id: actor, method: 'DELETE' }))).toBe(
      'method_not_allowed',
    );
    expect(await rejectedFor(recall({ id: crypto.randomUUID() }))).toBe('not_found');
  });

  test('is refused by the venue’s rules, and what it wrote before is not kept', async () => {
    const game = await aGame(venue, 'completed');
    const command = recall(game);
    const brought = await bring(venue, command);
    expect(problemOf(brought)).toMatchObject({ code: 'invalid_transition', state: 'completed' });
    expect(rowOf(command.id)).toMatchObject({ status: 'rejected', code: 'invalid_transition' });
  });

  test('is refused where it makes sense at the venue alone', async () => {
    const bodies = { username: 'user', password: 'x' };
    for (const path of ['/api/login', '/api/logout', '/api/devices', '/api/replication/commands'])
      expect(await rejectedFor(aCommand(path, { actor_id: actor, json: bodies }))).toBe('not_from_afar');
  });

  test('reads nothing: a GET is no command', async () => {
    expect(
      (await bring(venue, { ...aCommand('/api/floor', { actor_id: actor }), method: 'GET' })).status,
    ).toBe(422);
  });
});

/** The service over routes of the test’s own, on the venue’s database. */
const serviceOver = (routes: readonly Route[]) =>
  createCommandsService({
    database: venue.database,
    clock,
    auth: {
      principalNow(reads, id) {
        const user = authStore.userById(reads, id);
        if (user === undefined || user.disabled_at !== null) return null;
        return { userId: id, username: user.username, role: user.role, playerId: null, sessionId: null };
      },
    },
    routes: () => routes,
    timezone: 'UTC',
  });

describe('a fault of ours', () => {
  const faults: (() => never)[] = [
    () => {
      throw new Error('a bug');
    },
    () => {
      throw new Problem(httpProblems.internal_error);
    },
  ];
  const faulty = (fault: () => never) =>
    writeRoute({
      method: 'POST',
      path: '/faulty',
      access: 'public',
      tag: 'test',
      summary: '',
      replies: {},
      write: fault,
    });

  test.each(faults)('leaves no row, and is brought again: %s', async (fault) => {
    const commands = serviceOver([faulty(fault)]);
    const command = aCommand('/faulty');
    const once = async (attempts: number) => {
      const tried = { ...command, attempts };
      const prepared = await commands.prepare(tried, clock.now(), '127.0.0.1');
      return venue.database.write((tx) => commands.execute(tx, tried, prepared));
    };
    for (const attempts of [0, 1, 2]) {
      await expect(once(attempts)).rejects.toThrow();
      expect(rowOf(command.id)).toBeUndefined();
    }
    expect(await once(3)).toEqual({ status: 'failed', answer: null });
    expect(rowOf(command.id)).toMatchObject({ status: 'failed' });
  });
});

describe('of an answer', () => {
  const answered = async (reply: ReturnType<NonNullable<Route['write']>>) => {
    const commands = serviceOver([
      {
        ...writeRoute({
          method: 'POST',
          path: '/answer',
          access: 'public',
          tag: 'test',
          summary: '',
          replies: {},
          write: () => reply,
        }),
      },
    ]);
    const command = aCommand('/answer');
    const prepared = await commands.prepare(command, clock.now(), '127.0.0.1');
    return (await venue.database.write((tx) => commands.execute(tx, command, prepared))).answer;
  };

  test('cookies, pages and what is longer than 64 KiB are not kept', async () => {
    expect(await answered({ status: 200, body: { a: 1 }, headers: { 'Set-Cookie': 'x=secret' } })).toEqual({
      status: 200,
      headers: {},
      body: { a: 1 },
    });
    const page = { status: 200, body: '<p>', headers: { 'content-type': 'text/html' } };
    expect(await answered(page)).toMatchObject({ body: null });
    const json = { 'content-type': 'application/json; charset=utf-8' };
    expect(await answered({ status: 200, body: Buffer.from('{"b":2}'), headers: json })).toMatchObject({
      body: { b: 2 },
    });
    expect(await answered({ status: 200, body: { long: 'x'.repeat(70_000) } })).toMatchObject({ body: null });
    expect(await answered({ status: 204 })).toEqual({ status: 204, headers: {}, body: null });
  });

  test('a password that came with it is kept nowhere', async () => {
    const password = 'correct horse battery';
    const account = { name: 'Ana', username: 'ana-from-afar', password };
    const brought = await bring(venue, aCommand('/api/players', { json: account }));
    expect(brought.body).toMatchObject({ status: 'applied', answer: { status: 201 } });
    const rows = venue.database.now;
    expect(
      JSON.stringify(
        rows.all({ compiled: () => ({ text: 'SELECT * FROM command_inbox', bind: () => [] }) }, {}),
      ),
    ).not.toContain(password);
    const signedIn = await venue.post('/api/login', { body: { username: account.username, password } });
    expect(signedIn.status).toBe(200);
  });
});

describe('the daemon’s door', () => {
  test('is open to nobody but the service, and the service to no other door', async () => {
    const command = aCommand('/api/nothing');
    expect((await venue.post('/api/replication/commands', { body: command })).status).toBe(401);
    expect((await venue.post('/api/replication/commands', { as: 'user', body: command })).status).toBe(403);
    const wrong = { authorization: `Bearer ${'A'.repeat(43)}` };
    expect((await venue.post('/api/replication/commands', { headers: wrong, body: command })).status).toBe(
      401,
    );

    const headers = asService(venue.directory);
    for (const path of ['/api/floor', '/api/session', '/api/attractions', '/healthz', '/api/replication'])
      expect((await venue.get(path, { headers })).status).toBe(403);
  });
});
