/**
 * What the appliance's six writes cost at the least: bare koa and better-sqlite3, the same states, history rows and
 * sync to disk, group commit; none of the checks, texts, jobs, metrics and events.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import Koa from 'koa';
import { password } from '../api/lifecycle.ts';

const [directory = '.', port = '0'] = process.argv.slice(2);
const database = new Sqlite(join(directory, 'sketch.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(`
  CREATE TABLE players (id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT) STRICT;
  CREATE TABLE games (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL REFERENCES players (id), state TEXT NOT NULL, ticket TEXT NOT NULL,
    score INTEGER, distance REAL, homeruns INTEGER, created_at INTEGER NOT NULL, state_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX games_by_state ON games (state, state_at);
  CREATE TABLE game_transitions (
    id TEXT PRIMARY KEY, game_id TEXT NOT NULL, action TEXT NOT NULL, from_state TEXT, to_state TEXT NOT NULL,
    actor TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX game_transitions_by_game ON game_transitions (game_id);
`);

interface Game {
  id: string;
  state: string;
}

const insertPlayer = database.prepare('INSERT INTO players VALUES (?, ?, ?)');
const insertGame = database.prepare(
  "INSERT INTO games VALUES (?, ?, 'new', ?, NULL, NULL, NULL, ?, ?) RETURNING *",
);
const findGame = database.prepare<[string], Game>('SELECT * FROM games WHERE id = ?');
const updateGame = database.prepare(
  'UPDATE games SET state = ?, state_at = ?, score = ?, distance = ?, homeruns = ? WHERE id = ? RETURNING *',
);
const insertTransition = database.prepare('INSERT INTO game_transitions VALUES (?, ?, ?, ?, ?, ?, ?)');

const steps: Record<string, { from: string; to: string }> = {
  queue: { from: 'new', to: 'queued' },
  recall: { from: 'queued', to: 'recalled' },
  confirm: { from: 'recalled', to: 'confirmed' },
  play: { from: 'confirmed', to: 'playing' },
  complete: { from: 'playing', to: 'completed' },
};

interface Body {
  player?: { name: string; phone?: string };
  score?: number;
  distance?: number;
  homeruns?: number;
}

function create({ player }: Body, actor: string): unknown {
  const now = Date.now();
  const [playerId, gameId] = [randomUUID(), randomUUID()];
  insertPlayer.run(playerId, player?.name, player?.phone);
  insertTransition.run(randomUUID(), gameId, 'create', null, 'new', actor, now);
  return insertGame.get(gameId, playerId, `A${randomBytes(2).toString('hex')}`, now, now);
}

function act(id: string, action: string, body: Body, actor: string): unknown {
  const game = findGame.get(id);
  const step = steps[action];
  if (game === undefined || step === undefined || game.state !== step.from) return undefined;
  const now = Date.now();
  insertTransition.run(randomUUID(), id, action, game.state, step.to, actor, now);
  return updateGame.get(step.to, now, body.score ?? null, body.distance ?? null, body.homeruns ?? null, id);
}

let waiting: { work: () => unknown; resolve: (result: unknown) => void }[] = [];
const commitTogether = database.transaction((group: typeof waiting) => group.map(({ work }) => work()));

function write(work: () => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    if (waiting.length === 0) {
      setImmediate(() => {
        const group = waiting;
        waiting = [];
        const results = commitTogether(group);
        for (const [index, { resolve: answer }] of group.entries()) answer(results[index]);
      });
    }
    waiting.push({ work, resolve });
  });
}

async function read(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : (JSON.parse(text) as Body);
}

const users = new Map(
  ['user', 'mlbtablet', 'mlbvrgame'].map((name) => [
    `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
    name,
  ]),
);

const app = new Koa();
app.use(async (ctx) => {
  const actor = users.get(ctx.get('authorization'));
  if (actor === undefined) {
    ctx.status = 401;
    return;
  }
  const [, , id = '', action = ''] = ctx.path.split('/');
  const body = await read(ctx.req);
  const game = await write(() => (id === '' ? create(body, actor) : act(id, action, body, actor)));
  ctx.status = game === undefined ? 409 : id === '' ? 201 : 200;
  ctx.body = game ?? { error: 'invalid_transition' };
});
app.listen(Number(port), '127.0.0.1');
