import { afterAll, expect, test } from 'vitest';
import { Role } from '../contract/auth.ts';
import { Problem } from '../contract/problems.ts';
import { aTestCarrier } from './modules/messaging/testing/a-test-carrier.ts';
import { problemCatalogue } from './platform/errors.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createRequests, type GeneratedRequest } from './testing/generated-requests.ts';
import { createValues } from './testing/generated-values.ts';
import { aPhoneGame, aPhonePlayer } from './testing/phone-games.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { aTestAppliance, testPassword } from './testing/test-appliance.ts';
import { aGame } from './testing/test-games.ts';
import { aUser, type Credentials } from './testing/test-users.ts';

/** More requests, and others, for a longer run. */
const requests = Number(process.env['DUGOUT_TEST_REQUESTS'] ?? 4_000);
const seed = Number(process.env['DUGOUT_TEST_SEED'] ?? 1);
const atOnce = 8;

const clock = createFakeClock();
const carrier = aTestCarrier('twilio');
const venue = await aTestAppliance({ clock, carriers: [carrier.carrier] });
afterAll(venue.stop);

const random = seededRandom(seed);
/** Identifiers of what is there: those that the venue has answered with. */
const known: string[] = [];
/** Of guests' pages. */
const codes: string[] = [];
for (const state of ['new', 'queued', 'recalled', 'playing', 'completed'] as const) {
  const { id, page_url } = await aGame(venue, state);
  known.push(id);
  codes.push(new URL(page_url).pathname.slice('/s/'.length));
}
const phone = await aPhonePlayer(venue);
const posted = await venue.post('/game', { as: phone.as, body: aPhoneGame({ seconds: 2 }) });
known.push(posted.body.game_id, phone.id);
const recorded = await venue.get(`/api/sessions?player_id=${phone.id}`, { as: 'user' });
for (const { id } of recorded.body.items) known.push(id);
await carrier.events().incoming({ reference: 'SM1', from: '+14155550123', body: 'where are you?' });

const values = createValues(random, () => values.pick(known));
/** Readiness is left out: that the clock was set is a reason for it to answer 503. */
const routes = venue.routes.filter(({ path }) => path !== '/readyz');

const administrator: Credentials = { username: 'user', password: testPassword };
const others: (Credentials | undefined)[] = [undefined];
for (const role of Role.options) others.push(await aUser(venue, role));
const glove = await aUser(venue, 'glove');
const generated = createRequests(routes, values, {
  code: () => values.pick(codes),
  name: () => glove.username,
});

/** Somebody whom a route lets in, where that is possible. */
const aptFor = ({ access }: (typeof routes)[number]): Credentials =>
  Array.isArray(access) && !access.includes('admin') && access.includes('player') ? phone.as : administrator;

const authorization = ({ username, password }: Credentials) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

async function send({ method, path, headers, body }: GeneratedRequest, as: Credentials | undefined) {
  const answer = await fetch(venue.url + path, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(as === undefined ? {} : { authorization: authorization(as) }) },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
  const type = answer.headers.get('content-type') ?? '';
  // A stream of events has no end.
  const text = type.startsWith('text/event-stream') ? '' : await answer.text();
  await answer.body?.cancel().catch(() => {});
  return { status: answer.status, type, text };
}

function remember(text: string): void {
  for (const [id] of text.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/gu)) {
    if (known.length < 200) known.push(id);
    else known[Math.floor(random() * 200)] = id;
  }
}

test(
  `${requests} requests made from the schemas: no fault of ours, and every refusal is a problem that is known`,
  async () => {
    const statuses = new Map<number, number>();
    const reached = new Set<string>();
    let left = requests;

    async function sendSome(): Promise<void> {
      while (left > 0) {
        left -= 1;
        // Time goes by: work is done, and failed sign-ins are forgiven.
        if (left % 200 === 0) await clock.advance(1_000).then(() => clock.stepWall(15 * 60_000));
        const { route, ...request } = generated.next();
        const as = values.inPercent(75) ? aptFor(route) : values.pick(others);
        const { status, type, text } = await send(request, as);
        const seen = `${JSON.stringify({ seed, as: as?.username, ...request })} → ${status} ${text.slice(0, 500)}`;

        expect(status, seen).toBeLessThan(500);
        expect(text, seen).not.toMatch(/\.ts:\d|node_modules|SQLITE_|SqliteError/u);
        // A guest's page that is not there is a page for the guest.
        const isPage = route.path.startsWith('/s/') && type.startsWith('text/html');
        if (status >= 400 && !isPage) {
          expect(type, seen).toBe('application/problem+json');
          const problem = Problem.parse(JSON.parse(text));
          expect(problemCatalogue.get(problem.code)?.status, seen).toBe(status);
        }
        if (status < 400) {
          reached.add(`${route.method} ${route.path}`);
          if (type.startsWith('application/json')) remember(text);
        }
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    await Promise.all(Array.from({ length: atOnce }, sendSome));

    // What it is worth: most of the appliance was reached, and much of it refused.
    const share = (from: number) =>
      [...statuses]
        .filter(([status]) => status >= from && status < from + 100)
        .reduce((sum, [, n]) => sum + n, 0) / requests;
    expect(share(200)).toBeGreaterThan(0.25);
    expect(share(400)).toBeGreaterThan(0.25);
    // Some want what chance does not make: a signature, a picture, a glove that calibrates, the daemon's token.
    expect(reached.size).toBeGreaterThan(routes.length * 0.65);
  },
  60_000 + requests * 20,
);
