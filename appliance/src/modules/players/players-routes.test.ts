import { afterAll, describe, expect, test } from 'vitest';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { aGame } from '../../testing/test-games.ts';
import { aPlayer, aUser } from '../../testing/test-users.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const signUp = (body: unknown) => venue.post('/api/players', { body });
const asJson = { 'content-type': 'application/json' };

describe('signing up', () => {
  test('needs a name and nothing else', async () => {
    const { status, body } = await signUp({ name: 'Ana' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'Ana',
      username: null,
      phone: null,
      email: null,
      birth_year: null,
      language: 'en',
      consent: { sms: false, marketing: false, photo: false, sensor: false, guardian: false },
      has_photo: false,
    });
  });

  test('with a user name and a password makes an account that signs in like any other', async () => {
    const { credentials, id } = await aPlayer(venue, { phone: '415-555-0123' });
    const login = await venue.post('/login', { body: credentials });
    expect(login.body.user).toMatchObject({ role: 'player', player_id: id, username: credentials.username });
    const own = await venue.get(`/api/players/${id}`, { as: credentials });
    expect(own.body).toMatchObject({ username: credentials.username, phone: '+14155550123' });
    expect(JSON.stringify([login.body, own.body])).not.toContain('argon2');
  });

  test.each([
    ['a user name alone', { username: 'someone' }, 'incomplete_account'],
    ['a password alone', { password: 'long enough' }, 'incomplete_account'],
    ['a password of seven', { username: 'someone', password: '1234567' }, 'invalid_request'],
    ['a user name with a slash', { username: 'some/one', password: 'long enough' }, 'invalid_request'],
    ['a user name of one letter', { username: 'x', password: 'long enough' }, 'invalid_request'],
    ['a role', { role: 'admin' }, 'invalid_request'],
    ['an identifier', { id: crypto.randomUUID() }, 'invalid_request'],
    ['a language we do not speak', { language: 'tlh' }, 'invalid_request'],
    ['a birth year to come', { birth_year: 3000 }, 'invalid_request'],
    ['a birth year in words', { birth_year: '1990' }, 'invalid_request'],
    ['an e-mail address that is none', { email: 'ana@' }, 'invalid_request'],
    ['a consent nobody asked for', { consent: { everything: true } }, 'invalid_request'],
    ['a consent in words', { consent: { sms: 'yes' } }, 'invalid_request'],
    ['a phone number that is none', { phone: '123' }, 'invalid_phone'],
    ['a premium number', { phone: '1-900-555-0123' }, 'invalid_phone'],
  ])('is refused with %s', async (_case, details, code) => {
    expect(await signUp({ name: 'Ana', ...details })).toMatchObject({ status: 422, body: { code } });
  });

  test('under a name that is taken, in whatever capitals, is refused', async () => {
    const { credentials } = await aPlayer(venue);
    for (const username of [
      credentials.username,
      credentials.username.toUpperCase(),
      'USER',
      'ｍｌｂｔａｂｌｅｔ',
    ]) {
      const again = await signUp({ name: 'Ana', username, password: 'another password' });
      expect(again).toMatchObject({ status: 409, body: { code: 'username_taken' } });
    }
  });

  test('names the field of a bad phone number', async () => {
    const { body } = await signUp({ name: 'Ana', phone: '123' });
    expect(body.errors).toMatchObject([{ pointer: '/phone', code: 'invalid_phone' }]);
  });

  test.each(['es', 'fr', 'de', 'ja', 'ar'])('keeps the language a guest reads: %s', async (language) => {
    const { body } = await signUp({ name: 'Ana', language });
    expect(body.language).toBe(language);
    expect((await venue.get(`/api/players/${body.id}`, { as: 'user' })).body.language).toBe(language);
  });

  test('takes a phone number that was left blank for none', async () => {
    expect(await signUp({ name: 'Ana', phone: '  ' })).toMatchObject({ status: 201, body: { phone: null } });
  });
});

describe('a name', () => {
  test.each([
    'Ana María Núñez-Pérez',
    'Zoë',
    'Łukasz Żółć',
    'Ольга Петрова',
    'Γιώργος',
    'محمد علي',
    'שלום כהן',
    '田中 花子',
    '김민준',
    'ธนา ใจดี',
    'नमिता शर्मा',
    'আনিকা',
    'தமிழ்',
    'გიორგი',
    'Հայկ',
    'አበበ',
    '👩‍👩‍👧‍👦 Smith',
    '🇺🇸⚾️🧢',
    'علی\u200cرضا',
    'X Æ A-12',
    "O'Neil; DROP TABLE players; --",
    "Robert'); DELETE FROM games;--",
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '=cmd|/C calc!A0',
    '{{7*7}} %s %n',
    '../../etc/passwd',
    'null',
    '٣',
    '𝕬𝖓𝖆',
    'a'.repeat(80),
    '田'.repeat(80),
  ])('is kept as it was given: %s', async (name) => {
    const { status, body } = await signUp({ name });
    expect(status).toBe(201);
    expect(body.name).toBe(name.normalize('NFC'));
    const read = await venue.get(`/api/players/${body.id}`, { as: 'user' });
    expect(read.body.name).toBe(name.normalize('NFC'));
    expect(read.headers.get('content-type')).toContain('application/json');
  });

  test('is one line, without white space around it, in one form', async () => {
    expect((await signUp({ name: '  Jose\u0301\t  Pérez \n' })).body.name).toBe('José Pérez');
  });

  test.each([
    ['nothing', ''],
    ['white space', ' \u00a0\t'],
    ['nothing that can be seen', '\u200b\u200d\ufeff'],
    ['a NUL', 'A\u0000na'],
    ['a bell', 'A\u0007na'],
    ['a lone surrogate', 'A\ud83dna'],
    ['a control of the second kind', 'A\u0085na'],
    ['a private character', 'A\ue000na'],
    ['81 characters', 'a'.repeat(81)],
    ['a heap of accents', `a${'\u0301'.repeat(200)}`],
    ['a number', 42],
    ['a list', ['Ana']],
    ['null', null],
  ])('is not %s', async (_case, name) => {
    expect(await signUp({ name })).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  test('is not a surrogate torn in two, escaped in JSON', async () => {
    const body = Buffer.from('{"name":"A\\ud83dna"}');
    expect((await venue.post('/api/players', { body, headers: asJson })).status).toBe(422);
  });
});

describe('one player', () => {
  test('is seen by staff and tablets and by themselves; for others there is nobody', async () => {
    const { id, credentials } = await aPlayer(venue);
    const path = `/api/players/${id}`;
    for (const as of ['user', 'mlbtablet', credentials] as const)
      expect(await venue.get(path, { as })).toMatchObject({ status: 200, body: { id } });
    const other = await aPlayer(venue);
    const rig = 'mlbvrgame' as const;
    for (const as of [other.credentials, rig, await aUser(venue, 'board')]) {
      const hidden = await venue.get(path, { as });
      const missing = await venue.get(`/api/players/${crypto.randomUUID()}`, { as });
      expect({ ...hidden.body, request_id: '' }).toEqual({ ...missing.body, request_id: '' });
      expect(hidden.status).toBe(404);
      const consent = { as, body: { sms: true } };
      expect((await venue.patch(`${path}/consent`, consent)).status).toBe(404);
    }
    expect((await venue.get(path)).status).toBe(401);
  });

  test('is nobody under an identifier that is none', async () => {
    for (const id of ['1', '%00', "'%20OR%201=1"])
      expect((await venue.get(`/api/players/${id}`, { as: 'user' })).status).toBe(404);
  });
});

describe('consent', () => {
  test('is what was said last, and what was not asked stays', async () => {
    const { id, credentials } = await aPlayer(venue, { consent: { sms: true, photo: true } });
    const say = (body: object) => venue.patch(`/api/players/${id}/consent`, { as: credentials, body });
    expect((await say({ sms: false })).body).toMatchObject({ sms: false, photo: true, marketing: false });
    expect((await say({ sms: true, photo: false })).body).toMatchObject({ sms: true, photo: false });
    expect((await say({})).body).toMatchObject({ sms: true, photo: false });
    expect(await say({ role: true })).toMatchObject({ status: 422 });
  });

  test('holds for a guest who came with a game, too', async () => {
    const { player_id } = await aGame(venue, 'new', { player: { consent: { marketing: true } } });
    const { body } = await venue.get(`/api/players/${player_id}`, { as: 'mlbtablet' });
    expect(body.consent).toMatchObject({ marketing: true, sms: false });
  });
});
