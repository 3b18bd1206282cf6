import type { GameInput } from '@dugout/appliance/contract/games.ts';
import type { Language } from '@dugout/appliance/contract/players.ts';

/** What a guest has typed so far. Kept in memory only, and gone when the tablet returns to its first picture. */
export type Draft = {
  name: string;
  partySize: number;
  phone: string;
  textMe: boolean;
  /** Of the texts. */
  language: Language;
  photoAgreed: boolean;
  photo: Blob | null;
  /** The glove may keep what it measures of the hand. */
  sensorAgreed: boolean;
  child: boolean;
  birthYear: string;
  guardian: boolean;
};

export const emptyDraft: Draft = {
  name: '',
  partySize: 1,
  phone: '',
  textMe: false,
  language: 'en',
  photoAgreed: false,
  photo: null,
  sensorAgreed: false,
  child: false,
  birthYear: '',
  guardian: false,
};

export const steps = ['who', 'reach', 'photo'] as const;
export type Step = (typeof steps)[number];

export type DraftProblem =
  | 'name_missing'
  | 'phone_missing'
  | 'phone_without_consent'
  | 'birth_year_missing'
  | 'guardian_missing';

/** What keeps a guest on this step; undefined when they may go on. */
export function problemOf(step: Step, draft: Draft, thisYear: number): DraftProblem | undefined {
  switch (step) {
    case 'who':
      return draft.name.trim() === '' ? 'name_missing' : undefined;
    case 'reach':
      if (draft.textMe && digitsIn(draft.phone) < 6) return 'phone_missing';
      if (!draft.textMe && draft.phone.trim() !== '') return 'phone_without_consent';
      return draft.textMe ? guardianProblem(draft, thisYear) : undefined;
    case 'photo':
      return draft.photoAgreed || draft.sensorAgreed ? guardianProblem(draft, thisYear) : undefined;
  }
}

const fieldOfCode: Readonly<Record<string, string>> = {
  unsuitable_name: 'name',
  invalid_phone: 'phone',
  guardian_required: 'birth_year',
};

/** The field a guest can mend after this refusal; undefined when the form is not to blame. */
export function fieldToMend(code: string, fields: readonly string[]): string | undefined {
  return fieldOfCode[code] ?? fields[0];
}

/** The step on which a refused field stands. */
export function stepOfField(field: string | undefined): Step {
  return field === 'phone' || field === 'birth_year' ? 'reach' : 'who';
}

/** Whether what is played there measures the guest's hand, which they have to be asked about. */
export const measuresHands = (attraction: string): boolean => attraction === 'glove';

/** Only what the guest agreed to leaves the tablet: a number without consent, or an age nobody needs, does not. */
export function toGameInput(draft: Draft, attraction: string): GameInput {
  const agreed = draft.textMe || draft.photoAgreed || draft.sensorAgreed;
  return {
    attraction,
    party_size: draft.partySize,
    player: {
      name: draft.name.trim(),
      ...(draft.textMe ? { phone: draft.phone.trim(), language: draft.language } : {}),
      ...(agreed && draft.child ? { birth_year: Number(draft.birthYear) } : {}),
      consent: {
        sms: draft.textMe,
        photo: draft.photoAgreed,
        ...(draft.sensorAgreed ? { sensor: true } : {}),
        ...(agreed && draft.child ? { guardian: draft.guardian } : {}),
      },
    },
  };
}

function guardianProblem({ child, birthYear, guardian }: Draft, thisYear: number): DraftProblem | undefined {
  if (!child) return undefined;
  const year = Number(birthYear);
  if (!Number.isInteger(year) || year < thisYear - 19 || year > thisYear) return 'birth_year_missing';
  return guardian ? undefined : 'guardian_missing';
}

const digitsIn = (text: string) => text.match(/\p{Nd}/gu)?.length ?? 0;
