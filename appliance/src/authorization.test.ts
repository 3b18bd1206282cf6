import { afterAll, describe, expect, test } from 'vitest';
import { Role, type ServiceRole } from '../contract/auth.ts';
import { Problem } from '../contract/problems.ts';
import { aTestAppliance } from './testing/test-appliance.ts';
import { asService } from './testing/test-commands.ts';
import { aUser, type Credentials } from './testing/test-users.ts';

type Caller = Role | ServiceRole | 'anonymous';

const signedIn: readonly Caller[] = Role.options;
const everybody: readonly Caller[] = ['anonymous', ...signedIn];
/** A program, which is not everybody. */
const service: readonly Caller[] = ['service'];
const callers: readonly Caller[] = [...everybody, ...service];
const admin: readonly Caller[] = ['admin'];
const player: readonly Caller[] = ['player'];
const staff: readonly Caller[] = ['admin', 'staff'];
const staffAndTablet: readonly Caller[] = [...staff, 'tablet'];
const staffAndRig: readonly Caller[] = [...staff, 'rig'];
const floor: readonly Caller[] = [...staff, 'tablet', 'rig'];
const besideGloves: readonly Caller[] = [...floor, 'screen'];

/**
 * Who is let in where. For `signedIn` the route itself tells a stranger that there is nothing; which strangers, is
 * tested with the module.
 */
const matrix: Readonly<Record<string, readonly Caller[]>> = {
  'POST /api/login': everybody,
  'POST /api/logout': signedIn,
  'POST /api/mqtt-token': signedIn,
  'GET /api/session': signedIn,

  'GET /api/devices': staff,
  'POST /api/devices': admin,
  'POST /api/devices/:id/revoke': admin,
  'POST /api/devices/:id/clear-marks': staff,
  'GET /api/devices/:id/commands': staff,
  'POST /api/devices/:id/commands': staff,
  'GET /api/time': everybody,
  'GET /api/rig-events': staff,

  'POST /api/players': everybody,
  'GET /api/players/:id': signedIn,
  'PATCH /api/players/:id/consent': signedIn,
  'PUT /api/players/:id/photo': [...staffAndTablet, 'player'],

  'GET /api/me': player,
  'GET /api/me/events': player,
  'GET /api/me/sync': player,
  'GET /api/me/progress': player,
  'POST /api/game': player,
  'GET /api/games/:id/progress': [...staff, 'player'],
  'GET /api/players/:id/progress': [...staff, 'player'],
  'POST /api/progress/reanalyse': [...staff, 'service'],

  'GET /api/attractions': everybody,
  'PATCH /api/attractions/:id': staff,
  'POST /api/attractions/:id/delay': staff,
  'GET /api/stations': floor,
  'POST /api/stations': staff,
  'PATCH /api/stations/:id': staff,
  'GET /api/stations/:id/result': besideGloves,

  'POST /api/games': staffAndTablet,
  'GET /api/games': floor,
  'GET /api/games/:id': signedIn,
  'GET /api/games/:id/history': staff,
  'GET /api/games/:id/souvenir': signedIn,
  'POST /api/games/:id/queue': staffAndTablet,
  'POST /api/games/:id/recall': staff,
  'POST /api/games/:id/confirm': staffAndTablet,
  'POST /api/games/:id/play': staffAndRig,
  'POST /api/games/:id/complete': staffAndRig,
  'POST /api/games/:id/hold': staff,
  'POST /api/games/:id/no-show': staff,
  'POST /api/games/:id/cancel': staffAndTablet,
  'POST /api/games/:id/abort': staffAndRig,
  'POST /api/games/:id/remind': staff,
  'POST /api/games/:id/undo': staff,

  'GET /api/queue': floor,
  'POST /api/queue/call-next': staff,
  'GET /api/public/queue': everybody,
  'GET /api/floor': staff,
  'GET /api/messages': staff,
  'GET /api/messages/carriers': staff,
  'GET /api/replies': staff,
  'POST /api/replies/:id/handled': staff,
  // Who signs as Twilio does is let in by that alone.
  'POST /api/twilio/status': everybody,
  'POST /api/twilio/incoming': everybody,

  'GET /api/leaderboards/:attraction': everybody,
  'GET /api/event-windows': everybody,
  'POST /api/event-windows': staff,

  'GET /s/:code': everybody,
  'GET /s/:code/leave': everybody,
  'POST /s/:code/:answer': everybody,
  'GET /s/:code/:file': everybody,
  'GET /s/renew.js': everybody,

  'GET /api/gloves': besideGloves,
  'GET /api/gloves/counts': besideGloves,
  'GET /api/gloves/:name': besideGloves,
  'PATCH /api/gloves/:name': staff,
  'POST /api/gloves/:name/feedback': staff,
  'POST /api/gloves/:name/calibration': besideGloves,
  'GET /api/gloves/:name/calibration': besideGloves,
  'POST /api/gloves/:name/calibration/save_travel': besideGloves,
  'POST /api/gloves/:name/calibration/:action': besideGloves,
  'GET /api/players/:id/calibrations': [...staff, 'player'],
  'POST /api/gloves/:name/steering': besideGloves,
  'GET /api/gloves/:name/steering': besideGloves,

  'GET /api/sessions': signedIn,
  'GET /api/sessions/:id': signedIn,
  'GET /api/sessions/:id/export': signedIn,
  'DELETE /api/players/:id/sensor-data': signedIn,

  'GET /api/jobs': staff,
  'POST /api/jobs/:id/retry': staff,
  'DELETE /api/jobs/:id': staff,
  'GET /api/job-kinds': staff,
  'POST /api/job-kinds/:kind/pause': staff,
  'POST /api/job-kinds/:kind/resume': staff,

  'GET /api/place': everybody,
  'GET /api/replication': staff,
  'POST /api/replication/link': service,
  'POST /api/replication/commands': service,
  'GET /api/outages': staff,

  'GET /api/live': everybody,
  'GET /healthz': everybody,
  'GET /readyz': everybody,
  'GET /metrics': everybody,
  'GET /openapi.json': everybody,
  'GET /asyncapi.json': everybody,
  'GET /docs': everybody,
  'GET /docs/problems': everybody,
};

const venue = await aTestAppliance();
afterAll(venue.stop);

const basic = ({ username, password }: Credentials) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});
const credentials = new Map<Caller, Record<string, string>>([
  ['anonymous', {}],
  ['service', asService(venue.directory)],
]);
for (const role of Role.options) credentials.set(role, basic(await aUser(venue, role)));

/** Knocks, and looks at no more than who may come in: a body is not sent, a stream is not followed. */
async function verdictOn(
  method: string,
  path: string,
  caller: Caller,
): Promise<'in' | 'unknown' | 'refused' | number> {
  const answer = await fetch(venue.url + path, { method, headers: credentials.get(caller) ?? {} });
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  const code = isProblem ? Problem.parse(await answer.json()).code : '';
  await answer.body?.cancel().catch(() => {});
  if (answer.status >= 500) return answer.status;
  if (code === 'unauthorized') return 'unknown';
  return code === 'forbidden' ? 'refused' : 'in';
}

const routes = venue.routes.map((route) => ({ ...route, name: `${route.method} ${route.path}` }));

test('every route has a row, and every row a route', () => {
  expect(routes.map(({ name }) => name).toSorted()).toEqual(Object.keys(matrix).toSorted());
});

describe.each(routes)('$name', ({ name, method, path, aliases = [] }) => {
  const allowed = new Set(matrix[name]);
  const addresses = [path, ...aliases, ...aliases.map((alias) => `${alias}/`)].map((address) =>
    address.replace(/:\w+/gu, () => crypto.randomUUID()),
  );

  test.each(callers)('for %s', async (caller) => {
    const expected = allowed.has(caller) ? 'in' : caller === 'anonymous' ? 'unknown' : 'refused';
    for (const address of addresses) expect(await verdictOn(method, address, caller)).toBe(expected);
  });
});
