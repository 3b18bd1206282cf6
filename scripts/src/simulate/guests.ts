import type { PlayerDetails } from '../../../appliance/contract/players.ts';
import { e164 } from './carriers/airwaves.ts';
import type { Regular } from './gloves/regular.ts';
import { firstNames } from './names.ts';
import type { Randomness } from './randomness.ts';

/** What becomes of a guest, as far as it is up to them. Times in seconds. */
export type Intention =
  | { kind: 'comes'; walks: number }
  | { kind: 'comes_later'; asksAfter: number; away: number; walks: number }
  | { kind: 'gives_up'; after: number }
  | { kind: 'never_comes' };

/** How a guest tells the venue what they want: by a text, by a button of their page, or by walking up to somebody. */
export type Answers = 'by_text' | 'on_page' | 'in_person';

export interface Guest {
  readonly attraction: string;
  /** Whoever has an account signs up by it; `details` are theirs then. */
  readonly account: Regular | null;
  readonly details: PlayerDetails & { email: string };
  readonly partySize: number;
  readonly typing: number;
  /** A longer wait than this, in seconds, and they do not even sign up. */
  readonly patience: number;
  readonly intention: Intention;
  /** How often they look at their own page while they wait, in seconds; null without a phone in the hand. */
  readonly looksEvery: number | null;
  /** The phone, as carriers write its number, of a guest who may be texted. */
  readonly number: string | null;
  readonly answers: Answers;
  /** Comes when the text does, without an eye on the board. */
  readonly waitsForText: boolean;
  /** What they text while they wait, besides answers. */
  readonly chatter: string | null;
}

/** Reserved by RFC 2606: nothing is ever sent there, and everybody sees that this guest was made up. */
export const mailDomain = 'guests.example';

export interface Crowd {
  /** Names this run, so that its guests can be told from all others. */
  readonly run: string;
  readonly attractions: readonly [string, ...string[]];
  readonly year: number;
}

export function makeGuest(number: number, { run, attractions, year }: Crowd, random: Randomness): Guest {
  const phone = random.chance(0.8) ? phoneNumber(random) : undefined;
  const isChild = random.chance(0.1);
  const photo = random.chance(0.35);
  const attraction = attractionOf(attractions, random);
  const guest = {
    attraction,
    account: null,
    details: {
      name: random.pick(firstNames),
      email: `${run}-${number}@${mailDomain}`,
      ...(phone === undefined ? {} : { phone }),
      ...(isChild ? { birth_year: year - random.whole(6, 12) } : {}),
      consent: {
        sms: phone !== undefined && random.chance(0.92),
        photo,
        ...(attraction === 'glove' ? { sensor: random.chance(0.85) } : {}),
        ...(isChild ? { guardian: true } : {}),
      },
    },
    partySize: random.pick([1, 1, 1, 1, 2, 2, 2, 3, 4, 6]),
    typing: random.between(15, 60),
    patience: random.between(25, 75) * 60,
    intention: intentionOf(random),
    looksEvery: phone === undefined ? null : random.between(90, 400),
  };
  const texted = phone !== undefined && guest.details.consent.sms ? e164(phone) : null;
  const answers: Answers = phone === undefined ? 'in_person' : random.pick(mannersOfPhones);
  return {
    ...guest,
    number: texted,
    answers,
    waitsForText: texted !== null && random.chance(0.4),
    chatter: texted !== null && random.chance(0.15) ? random.pick(small) : null,
  };
}

/** The same visit of somebody who is known here, comes without a phone that could be texted, and wants no photo. */
export const asRegular = (guest: Guest, regular: Regular): Guest => ({
  ...guest,
  account: regular,
  details: { name: guest.details.name, email: regular.email },
  ...{ looksEvery: null, number: null, answers: 'in_person', waitsForText: false, chatter: null },
});

const mannersOfPhones = ['by_text', 'by_text', 'on_page', 'in_person'] as const;
/** Digits answer, words opt out, and the rest is for staff. */
const small = [
  'STOP',
  'how long is it still?',
  'is there a place to park',
  'HELP',
  'we are 3 now, is that ok?',
  '1 minute',
  'No more texts please',
] as const;

/** The first attraction is what most people come for. */
function attractionOf(attractions: readonly [string, ...string[]], random: Randomness): string {
  const [first, ...others] = attractions;
  const [second, ...rest] = others;
  return second === undefined || random.chance(0.5) ? first : random.pick([second, ...rest]);
}

function intentionOf(random: Randomness): Intention {
  const walks = random.between(10, 130);
  const fate = random.next();
  if (fate < 0.06) return { kind: 'never_comes' };
  if (fate < 0.11) return { kind: 'gives_up', after: random.between(2, 20) * 60 };
  if (fate < 0.18) {
    return { kind: 'comes_later', asksAfter: random.between(5, 60), away: random.between(2, 8) * 60, walks };
  }
  return { kind: 'comes', walks };
}

/** From the ranges kept for fiction, in the notations that people use. */
function phoneNumber(random: Randomness): string {
  const area = random.pick(['212', '312', '415', '617', '206', '305', '702', '503']);
  const line = `01${String(random.whole(0, 99)).padStart(2, '0')}`;
  return random.pick([
    `(${area}) 555-${line}`,
    `${area}-555-${line}`,
    `+1 ${area} 555 ${line}`,
    `${area}.555.${line}`,
  ]);
}
