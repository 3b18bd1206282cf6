/**
 * A rig, whole and small: it takes its next guest, plays, tells what happens, and loses nothing when the power goes.
 * It plays a make-believe home-run derby; put your game where `turn` is. See README.md beside it.
 *
 *     RIG_NAME=rig-7 RIG_SECRET=… node docs/rigs/rig.mjs
 *
 * It needs the `mqtt` package and nothing else.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'mqtt';

const {
  RIG_NAME: name = 'mlbvrgame',
  RIG_SECRET: secret = '',
  RIG_SPOOL: directory = './rig-spool',
  RIG_TURN_SECONDS: turnSeconds = '30',
  DUGOUT_SITE: site = 'labs',
  DUGOUT_URL: url = 'http://127.0.0.1:8000',
  DUGOUT_MQTT: broker = 'mqtt://127.0.0.1:1883',
} = process.env;

const log = (text) => process.stdout.write(`${text}\n`);
const root = `dugout/v1/${site}/rig/${name}`;

// ---------------------------------------------------------------------------------------------------------- spool

/**
 * Everything that must outlive a power cut, in one file of JSON lines:
 *
 *     {"run":"…"}                          the life of this file; the first line
 *     {"event":{"run":…,"seq":7,…}}        to be told; on disk before anybody hears of it
 *     {"acked":7}                          told, up to here; lost lines of this sort only mean a replay
 *     {"handled":{"command_id":…,"ok":…}}  a command that was carried out; its repetition is answered, not done again
 *     {"playing":"<game id>"}              the game that is being played, or null
 */
function openSpool() {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'spool.jsonl');
  const was = { run: randomUUID(), seq: 0, waiting: [], handled: new Map(), playing: null };
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      continue; // The power went in the middle of this line: nobody was told that it was written.
    }
    if (entry.run !== undefined) was.run = entry.run;
    if (entry.seq !== undefined) was.seq = entry.seq;
    if (entry.event !== undefined) {
      was.waiting.push(entry.event);
      was.seq = entry.event.seq;
    }
    if (entry.acked !== undefined) was.waiting = was.waiting.filter(({ seq }) => seq > entry.acked);
    if (entry.handled !== undefined) was.handled.set(entry.handled.command_id, entry.handled);
    if (entry.playing !== undefined) was.playing = entry.playing;
  }
  while (was.handled.size > 1_000) was.handled.delete(was.handled.keys().next().value);

  // Written anew at every start, under another name first, so that there is always one whole file.
  const fresh = [
    { run: was.run, seq: was.seq },
    ...was.waiting.map((event) => ({ event })),
    ...[...was.handled.values()].map((handled) => ({ handled })),
    { playing: was.playing },
  ];
  const started = openSync(`${file}.new`, 'w');
  writeSync(started, fresh.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  fsyncSync(started);
  closeSync(started);
  renameSync(`${file}.new`, file);
  const folder = openSync(directory, 'r');
  fsyncSync(folder);
  closeSync(folder);

  const handle = openSync(file, 'a');
  const write = (entry, { sync }) => {
    writeSync(handle, `${JSON.stringify(entry)}\n`);
    if (sync) fdatasyncSync(handle);
  };
  let whenEmpty = [];
  let whenFilled = () => {};

  return {
    handled: was.handled,
    /** The game that was being played when the power went. */
    playing: was.playing,
    /** On disk when it returns. */
    add(event) {
      was.seq += 1;
      // Device time, for what it is worth: microseconds since 1970.
      const t_us = Math.floor((performance.timeOrigin + performance.now()) * 1_000);
      const whole = { run: was.run, seq: was.seq, t_us, ...event };
      write({ event: whole }, { sync: true });
      was.waiting.push(whole);
      whenFilled();
    },
    setPlaying: (gameId) => write({ playing: gameId }, { sync: true }),
    setHandled(reply) {
      was.handled.set(reply.command_id, reply);
      write({ handled: reply }, { sync: true });
    },
    /** The oldest event that has not been told. */
    async next() {
      while (was.waiting.length === 0)
        await new Promise((resolve) => {
          whenFilled = resolve;
        });
      return was.waiting[0];
    },
    told({ seq }) {
      was.waiting.shift();
      write({ acked: seq }, { sync: false });
      if (was.waiting.length > 0) return;
      for (const resolve of whenEmpty) resolve();
      whenEmpty = [];
    },
    /** Resolves when all of it has been told. */
    empty: () =>
      was.waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => whenEmpty.push(resolve)),
  };
}

// ----------------------------------------------------------------------------------------------------- connection

const spool = openSpool();
const client = connect(broker, {
  protocolVersion: 4, // MQTT 3.1.1: the venue's broker speaks no other.
  clientId: name, // The same at every start, so that a new connection takes the place of a dead one.
  username: name,
  password: secret,
  clean: false,
  resubscribe: false,
  keepalive: 10, // The venue misses a rig after one and a half of it.
  reconnectPeriod: 1_000,
  will: { topic: `${root}/state`, payload: '{"state":"offline"}', qos: 1, retain: true },
});
client.on('error', ({ message }) => log(`connection: ${message}`));

let game = null; // What is being played: { id, stop }.
let next = null; // The arguments of the last load_game.
let clock = null; // { offset, roundTrip }, milliseconds.
let saying = 0;

/**
 * Says how the rig is, after everything that has happened has been told: a rig that said `idle` first would be taken
 * to have lost the game of which it is about to tell the result.
 */
async function say() {
  saying += 1;
  const mine = saying;
  await spool.empty();
  if (mine !== saying || !client.connected) return;
  const state = {
    state: game === null ? 'idle' : 'busy',
    game_id: game?.id ?? null,
    at: new Date().toISOString(),
    firmware: 'example 1',
    ...(clock === null ? {} : { clock_offset_ms: clock.offset, clock_round_trip_ms: clock.roundTrip }),
  };
  await client.publishAsync(`${root}/state`, JSON.stringify(state), { qos: 1, retain: true }).catch(() => {});
}

client.on('connect', async () => {
  log('connected');
  try {
    await client.subscribeAsync(`${root}/command`, { qos: 1 });
  } catch {
    return; // Cut off again: the next connection begins here, too.
  }
  await say();
  await measureClock();
});

/** Tells one event after the other. What is acknowledged is stored at the venue, and only then forgotten here. */
async function tellEvents() {
  for (;;) {
    const event = await spool.next();
    await client.publishAsync(`${root}/event`, JSON.stringify(event), { qos: 1 });
    spool.told(event);
    log(`told ${event.type} ${event.seq}`);
  }
}

/** NTP's four stamps, eight times; the shortest way is the best. */
async function measureClock() {
  let best = clock;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    try {
      const t0 = performance.timeOrigin + performance.now();
      const { t1, t2 } = await (await fetch(`${url}/api/time`)).json();
      const t3 = performance.timeOrigin + performance.now();
      const roundTrip = Math.max(0, t3 - t0 - (t2 - t1));
      if (attempt === 0 || roundTrip < best.roundTrip)
        best = { roundTrip, offset: (t1 - t0 + (t2 - t3)) / 2 };
    } catch {
      return; // Not there now: what was measured before stands.
    }
  }
  clock = best;
  await say();
}
setInterval(measureClock, 60_000);

// ------------------------------------------------------------------------------------------------------- commands

const venueNow = () => Date.now() + (clock?.offset ?? 0);

/** Answers `{ ok, code? }`. Whatever it does can be asked for twice. */
function carryOut({ name: what, args }) {
  switch (what) {
    case 'load_game':
      next = args;
      if (game === null) void playNext();
      return { ok: true };
    case 'clear_game':
      if (next?.game_id === args.game_id) next = null;
      if (game?.id === args.game_id) end(null);
      return { ok: true };
    case 'abort_game':
      if (game === null || (args.game_id ?? game.id) !== game.id) return { ok: false, code: 'not_playing' };
      end({ type: 'aborted', reason: 'asked to' });
      return { ok: true };
    case 'identify':
      log('here I am');
      return { ok: true };
    case 'restart':
      // Whoever runs this program starts it again. The reply is out by then.
      setTimeout(() => client.end(false, {}, () => process.exit(0)), 500);
      return { ok: true };
    default:
      return { ok: false, code: 'unknown' };
  }
}

client.on('message', async (topic, payload) => {
  if (topic !== `${root}/command`) return;
  const command = JSON.parse(payload.toString());
  const { command_id } = command;
  let reply = spool.handled.get(command_id);
  if (reply === undefined) {
    const isLate = venueNow() > Date.parse(command.expires_at);
    reply = { command_id, ...(isLate ? { ok: false, code: 'too_late' } : carryOut(command)) };
    spool.setHandled(reply);
  }
  await client.publishAsync(`${root}/reply`, JSON.stringify(reply), { qos: 1 }).catch(() => {});
});

// ----------------------------------------------------------------------------------------------------------- game

async function playNext() {
  const { game_id: id, player_name, attraction } = next;
  next = null;
  const stop = new AbortController();
  game = { id, stop };
  spool.setPlaying(id);
  log(`${player_name} plays ${id}`);
  spool.add({ type: 'started', game_id: id });
  void say();
  const score = await turn(id, stop.signal);
  if (score === null || game?.id !== id) return;
  const result = attraction === 'derby' ? { score, distance: 120 + score / 100, homeruns: 3 } : { score };
  end({ type: 'completed', result });
}

/** The game itself. Answers the score, or null when it was stopped. */
async function turn(game_id, signal) {
  const swings = 10;
  for (let swing = 1; swing <= swings; swing += 1) {
    try {
      await sleep((Number(turnSeconds) * 1_000) / swings, undefined, { signal });
    } catch {
      return null;
    }
    spool.add({ type: 'hit', game_id, data: { exit_speed_mps: 30 + swing } });
    spool.add({ type: 'progress', game_id, score: swing * 100 });
  }
  return swings * 100;
}

/** The game is over. With null nothing is told: the venue knows. */
function end(event) {
  const { id, stop } = game;
  game = null;
  stop.abort();
  if (event !== null) spool.add({ game_id: id, ...event });
  spool.setPlaying(null);
  log(`${event?.type ?? 'cleared'} ${id}`);
  void say();
  if (next !== null) void playNext();
}

// This game cannot go on in the middle. One that can would go on here, and say that it is busy with it.
if (spool.playing !== null) {
  spool.add({ type: 'aborted', game_id: spool.playing, reason: 'the rig lost its power' });
  spool.setPlaying(null);
}
tellEvents().catch(({ message }) => {
  log(message);
  process.exit(1);
});
process.on('SIGTERM', async () => {
  if (game !== null) end({ type: 'aborted', reason: 'the rig is switched off' });
  await Promise.race([spool.empty(), sleep(2_000)]);
  // A rig that goes on purpose says so itself: an orderly DISCONNECT cancels the last will.
  if (client.connected)
    await client.publishAsync(`${root}/state`, '{"state":"offline"}', { qos: 1, retain: true });
  await client.endAsync();
  process.exit(0);
});
