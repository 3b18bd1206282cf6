import { afterAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';

const venue = await aTestAppliance({ clock: createFakeClock(Date.UTC(2026, 5, 1, 12)) });
afterAll(venue.stop);

const child = 2016;
const justOld = 2012;

/** What somebody may be asked for, and only with a guardian when they are a minor. */
const asked: [what: string, details: Record<string, unknown>][] = [
  ['a phone number', { phone: '+1 415 555 0123' }],
  ['an e-mail address', { email: 'ana@example.com' }],
  ['texts', { consent: { sms: true } }],
  ['marketing', { consent: { marketing: true } }],
  ['a picture', { consent: { photo: true } }],
  ['recordings', { consent: { sensor: true } }],
  ['all of it', { phone: '+1 415 555 0123', email: 'ana@example.com', consent: { sms: true, photo: true } }],
];
/** Both doors through which a guest comes in. */
const doors: [door: string, enter: (player: object) => ReturnType<typeof venue.post>][] = [
  ['the sign-up of players', (body) => venue.post('/api/players', { body })],
  ['the sign-up for a game', (player) => venue.post('/games/', { as: 'mlbtablet', body: { player } })],
];

describe.each(doors)('at %s', (_door, enter) => {
  describe.each(asked)('%s', (_what, details) => {
    const consent = (guardian: boolean | undefined) => ({
      ...details,
      consent: {
        ...(details['consent'] as object | undefined),
        ...(guardian === undefined ? {} : { guardian }),
      },
    });
    test.each([
      ['a child alone', child, undefined, 422],
      ['a child whose guardian said no', child, false, 422],
      ['a child with a guardian', child, true, 201],
      ['somebody who is perhaps not thirteen yet', 2013, undefined, 422],
      ['somebody who is just old enough', justOld, undefined, 201],
      ['somebody whose year is not known', undefined, undefined, 201],
    ] as const)('of %s', async (_who, birth_year, guardian, status) => {
      const answer = await enter({ name: 'Ana', ...(birth_year && { birth_year }), ...consent(guardian) });
      expect(answer.status).toBe(status);
      if (status === 422) expect(answer.body.code).toBe('guardian_required');
    });
  });

  test('a child alone may play, under a name', async () => {
    expect((await enter({ name: 'Ana', birth_year: child })).status).toBe(201);
    expect((await enter({ name: 'Ana', birth_year: child, consent: { sms: false } })).status).toBe(201);
  });
});

describe('afterwards', () => {
  const aChild = async (consent: object): Promise<string> =>
    (await venue.post('/api/players', { body: { name: 'Ana', birth_year: child, consent } })).body.id;
  const say = (id: string, body: object) =>
    venue.patch(`/api/players/${id}/consent`, { as: 'mlbtablet', body });

  test.each(['sms', 'marketing', 'photo', 'sensor'])('a child alone cannot agree to %s', async (kind) => {
    const id = await aChild({});
    expect(await say(id, { [kind]: true })).toMatchObject({
      status: 422,
      body: { code: 'guardian_required' },
    });
    expect((await say(id, { [kind]: true, guardian: true })).body).toMatchObject({
      [kind]: true,
      guardian: true,
    });
  });

  test('what a guardian agreed to goes when the guardian withdraws', async () => {
    const id = await aChild({ guardian: true, sms: true, photo: true });
    expect((await say(id, { guardian: false })).body).toEqual({
      guardian: false,
      sms: false,
      photo: false,
      marketing: false,
      sensor: false,
    });
    const withdrawn = await say(id, { guardian: false, sms: true });
    expect(withdrawn).toMatchObject({ status: 422, body: { code: 'guardian_required' } });
  });

  test('a grown-up needs no guardian to stay with what they agreed to', async () => {
    const body = { name: 'Ana', birth_year: 1990, consent: { guardian: true, sms: true } };
    const { id } = (await venue.post('/api/players', { body })).body;
    expect((await say(id, { guardian: false })).body).toMatchObject({ guardian: false, sms: true });
  });
});
