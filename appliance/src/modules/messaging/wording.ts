import type { MessageKind } from '../../../contract/messaging.ts';
import type { Language } from '../../../contract/players.ts';
import { smsSegments } from './sms-segments.ts';
import ar from './templates/ar.json' with { type: 'json' };
import de from './templates/de.json' with { type: 'json' };
import en from './templates/en.json' with { type: 'json' };
import es from './templates/es.json' with { type: 'json' };
import fr from './templates/fr.json' with { type: 'json' };
import ja from './templates/ja.json' with { type: 'json' };

/** A sentence for every kind of text; `replies` says which digits answer a call, where there is room for it. */
type Catalog = Readonly<Record<MessageKind | 'replies', string>>;

export const catalogs: Readonly<Record<Language, Catalog>> = { en, es, fr, de, ja, ar };

/** What a text may speak of. */
export interface Facts {
  readonly site: string;
  readonly ticket?: string | undefined;
  readonly attraction?: string | undefined;
  /** How long the guest may take to come. */
  readonly minutes?: number | undefined;
  /** To the guest's own page. */
  readonly link?: string | undefined;
}

/** Signs that writing programs put in, and that would more than halve what fits into a segment. */
const typographic: ReadonlyMap<string, string> = new Map([
  ...[...'‘’‚‛′'].map((sign) => [sign, "'"] as const),
  ...[...'“”„‟″«»'].map((sign) => [sign, '"'] as const),
  ...[...'‐‑‒–—―−'].map((sign) => [sign, '-'] as const),
  ...[...'\u00a0\u2009\u200a\u202f'].map((sign) => [sign, ' '] as const),
  ['…', '...'],
  ['•', '-'],
]);

export const withoutTypography = (text: string): string =>
  [...text].map((sign) => typographic.get(sign) ?? sign).join('');

/**
 * The text of a kind. Throws when it speaks of something that is not among the facts.
 * @param answerable whether the guest can answer: then a call says how, if it still fits into one segment
 */
export function textOf(kind: MessageKind, language: Language, facts: Facts, answerable: boolean): string {
  const catalog = catalogs[language];
  const text = filledIn(catalog[kind], facts);
  if (!answerable || (kind !== 'recall' && kind !== 'reminder')) return text;
  const withReplies = text + catalog.replies;
  return smsSegments(withReplies).segments === 1 ? withReplies : text;
}

const filledIn = (template: string, facts: Facts): string =>
  withoutTypography(
    template.replaceAll(/\{(\w+)\}/gu, (_placeholder, name: string) => {
      const fact = facts[name as keyof Facts];
      if (fact === undefined) throw new Error(`a text speaks of ${name}, which is not known`);
      return String(fact);
    }),
  );
