/** Version of the consent wording that the sign-up screens show. Changes with the wording. */
export const consentTextVersion = '2026-11';

/** Below this age a guardian agrees for the player (COPPA; GDPR Art. 8 lets states choose 13 to 16). */
export const guardianAge = 13;

/** Known by year alone, so the player counts as a minor until the year in which the birthday has surely passed. */
export const needsGuardian = (birthYear: number | null | undefined, now: Date): boolean =>
  typeof birthYear === 'number' && now.getUTCFullYear() - birthYear <= guardianAge;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const firstGrapheme = (word: string): string => {
  const [first] = graphemes.segment(word);
  return first?.segment ?? '';
};

const words = (name: string): string[] => name.split(/\s+/u).filter((word) => word !== '');

/** What a public board shows of a name: `Ana María Pérez` → `A. P.` */
export function initials(name: string): string {
  const [first = '', ...rest] = words(name);
  const last = rest.at(-1);
  const letters = last === undefined ? [first] : [first, last];
  return letters.map((word) => `${firstGrapheme(word).toUpperCase()}.`).join(' ');
}

/** What a leaderboard shows: first name and initial, `Ana María Pérez` → `Ana P.` */
export function displayName(name: string): string {
  const [first = '', ...rest] = words(name);
  const last = rest.at(-1);
  return last === undefined ? first : `${first} ${firstGrapheme(last).toUpperCase()}.`;
}
