import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Game } from '../../../contract/games.ts';
import type { RemoteCommand } from '../../../contract/replication.ts';
import { anApplianceProcess } from '../../testing/appliance-process.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { testPassword } from '../../testing/test-appliance.ts';
import { aCommand, bring } from '../../testing/test-commands.ts';

/** More rounds for a longer run. */
const rounds = Number(process.env['DUGOUT_TEST_CRASHES'] ?? 2);
const perRound = 40;
const authorization = `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;

/** What a daemon hears when the venue dies before or within the answer. */
const cutOff = expect.stringMatching(/fetch failed|terminated/u);

test(
  `${perRound} actions from afar brought again and again with a kill -9 in between are each done once, ${rounds} times`,
  async () => {
    const directory = aTemporaryDirectory();
    const venue = await anApplianceProcess(directory);
    const place = { url: venue.url, directory };
    const session = await fetch(`${venue.url}/api/session`, { headers: { authorization } });
    const actor_id: string = ((await session.json()) as { user: { id: string } }).user.id;
    const asked: RemoteCommand[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const commands = Array.from({ length: perRound }, (_, index) =>
        aCommand('/api/games', { actor_id, json: { player: { name: `Guest ${round} ${index}` } } }),
      );
      asked.push(...commands);
      const early = Promise.allSettled(
        [...commands, ...commands].map((command) =>
          delay(Math.random() * 30).then(() => bring(place, command)),
        ),
      );
      await delay(5 + Math.random() * 30);
      await venue.kill();
      const heardEarly = await early;
      for (const outcome of heardEarly)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ message: cutOff });
      await venue.startAgain();

      const heard = await Promise.all(commands.map((command) => bring(place, command)));
      for (const { body } of heard) expect(body.status).toBe('applied');
      for (const [index, outcome] of heardEarly.entries())
        if (outcome.status === 'fulfilled') expect(outcome.value).toEqual(heard[index % perRound]);
    }
    await venue.stop();

    const database = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
    const names = database
      .prepare(
        'SELECT players.name FROM games JOIN players ON players.id = games.player_id ORDER BY players.name',
      )
      .pluck()
      .all();
    const inbox = database.prepare('SELECT command_id, answer FROM command_inbox').all() as {
      command_id: string;
      answer: string;
    }[];
    database.close();
    expect(new Set(names).size).toBe(rounds * perRound);
    expect(names).toHaveLength(rounds * perRound);
    expect(inbox.map(({ command_id }) => command_id).sort()).toEqual(asked.map(({ id }) => id).sort());
    const answered = inbox.map(({ answer }) => (JSON.parse(answer) as { body: Game }).body.player.name);
    expect(answered.sort()).toEqual(names);
  },
  60_000 + rounds * 20_000,
);
