import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchChromium } from './chromium.ts';
import { signIn, signUp } from './people.ts';
import { scan } from './qr.ts';
import { staffConsole } from './staff-console.ts';
import { aVenue, type Venue } from './venue.ts';
import { aWitness, type Witness } from './witness.ts';
import { say } from './words.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), 'dugout-e2e-'));
let browser: Browser;
let venue: Venue;
let witness: Witness;
beforeAll(async () => {
  browser = await launchChromium();
  venue = await aVenue(directory);
  witness = aWitness(browser, venue.url);
});
afterAll(async () => {
  await browser.close();
  await venue.switchOff();
  rmSync(directory, { recursive: true, force: true });
});

test('a guest goes through every state, and every screen follows by itself', async () => {
  const tablet = await witness.open(`${venue.url}/sign-up`, { viewport: { width: 1280, height: 800 } });
  await signIn(tablet, 'mlbtablet');
  const console = await witness.open(`${venue.url}/staff`, { viewport: { width: 1440, height: 900 } });
  await signIn(console, 'user');
  const rig = await witness.open(`${venue.url}/rig`, { viewport: { width: 1024, height: 768 } });
  await signIn(rig, 'mlbvrgame');
  const screen = { viewport: { width: 1920, height: 1080 } };
  const board = await witness.open(`${venue.url}/board`, screen);
  const ranks = await witness.open(`${venue.url}/leaderboard?attraction=derby&window=all`, screen);
  const staff = staffConsole(console);
  const called = board.getByRole('region', { name: say('board.called') });
  const lane = board.getByRole('region', { name: 'Home Run Derby' });
  await ranks.getByText(say('leaderboard.empty')).waitFor();

  const photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#c60' } })
    .png()
    .toBuffer();
  const ticket = await signUp(tablet, { name: 'Zoë', phone: '(312) 555-0142', photo });
  expect(ticket).toBe('A001');
  const { body } = await venue.appliance().get('/games', { as: 'user' });
  expect(body.items).toMatchObject([{ ticket, player: { phone: '+13125550142', has_photo: true } }]);
  const page = await scan(tablet, say('ticket.qr'));
  expect(page).toMatch(new RegExp(`^${venue.url}/s/[a-z0-9]+$`, 'u'));
  const phone = await witness.open(page ?? '', { viewport: { width: 390, height: 844 } });
  const oldPhone = await witness.open(page ?? '', { javaScriptEnabled: false });
  for (const one of [phone, oldPhone]) await one.getByRole('heading', { name: 'You are next' }).waitFor();
  await staff.shows('queued', ticket);
  await lane.getByText(ticket).waitFor();

  // Called by mistake, and taken back before the text leaves.
  await staff.callNext('Home Run Derby');
  await staff.shows('recalled', ticket);
  await staff.row('recalled', ticket).getByText(say('text.state.pending')).waitFor();
  await called.getByText(ticket).waitFor();
  await staff.undoLast();
  await staff.shows('queued', ticket);
  await staff.row('queued', ticket).getByText(say('text.reason.undone')).waitFor();
  await lane.getByText(ticket).waitFor();

  // Called, texted, called again, and given more time.
  await staff.callNext('Home Run Derby');
  await phone.getByRole('heading', { name: 'It is your turn!' }).waitFor();
  await staff.row('recalled', ticket).getByText(say('text.state.sent')).waitFor();
  await staff.act('recalled', ticket, 'remind');
  await staff
    .row('recalled', ticket)
    .getByText(say('row.calls', { calls: 2 }))
    .waitFor();
  await staff.act('recalled', ticket, 'hold');
  await staff.shows('held', ticket);

  // Back, called, and not there.
  await staff.act('held', ticket, 'queue');
  await staff.act('queued', ticket, 'recall');
  await staff.act('recalled', ticket, 'no-show');
  await staff.shows('no_show', ticket);
  await phone.getByRole('heading', { name: 'We missed you' }).waitFor();

  // There after all.
  await staff.act('no_show', ticket, 'queue');
  await staff.callNext('Home Run Derby');
  await staff.act('recalled', ticket, 'confirm');
  await staff.shows('confirmed', ticket);

  // The rig knows by itself, fails once, and begins again.
  await rig
    .getByRole('region', { name: say('rig.next') })
    .getByText(ticket)
    .waitFor();
  await rig.getByRole('button', { name: say('rig.start') }).click();
  await staff.shows('playing', ticket);
  await lane.getByText(ticket).waitFor();
  await rig.getByRole('button', { name: say('rig.abort') }).click();
  await staff.shows('confirmed', ticket);
  await rig.getByRole('button', { name: say('rig.start') }).click();
  await rig.getByLabel(say('result.score')).fill('1480');
  await rig.getByLabel(say('result.homeruns')).fill('6');
  await rig.getByLabel(say('result.distance')).fill('131.5');
  await rig.getByRole('button', { name: say('verb.complete') }).click();

  await rig.getByText(say('rig.finished_by', { name: 'Zoë' })).waitFor();
  await staff.shows('completed', ticket);
  await ranks.getByRole('listitem').filter({ hasText: 'Zoë' }).getByText('1,480').waitFor();
  for (const one of [phone, oldPhone]) {
    await one.getByText('1,480').waitFor();
    await one.getByRole('img', { name: /Souvenir of Zoë/u }).waitFor();
  }
});

test('a guest changes their mind, another is not queued and goes first all the same', async () => {
  const tablet = await witness.open(`${venue.url}/sign-up`, { viewport: { width: 1280, height: 800 } });
  await signIn(tablet, 'mlbtablet');
  const console = await witness.open(`${venue.url}/staff`, { viewport: { width: 1440, height: 900 } });
  await signIn(console, 'user');
  const staff = staffConsole(console);

  const leaves = await signUp(tablet, { name: 'שלום' });
  await tablet.getByRole('button', { name: say('ticket.done') }).click();
  const stays = await signUp(tablet, { name: 'محمد' });
  await staff.row('queued', leaves).getByText(say('text.no_phone')).waitFor();
  await staff.act('queued', leaves, 'cancel');
  await staff.row('queued', leaves).waitFor({ state: 'detached' });

  await staff.act('queued', stays, 'undo');
  await staff.shows('new', stays);
  await staff.act('new', stays, 'confirm');
  await staff.shows('confirmed', stays);
});

test('nothing was asked of any other machine, and no console complained', () => {
  expect(witness.foreignRequests).toEqual([]);
  expect(witness.complaints).toEqual([]);
});
