/** What a souvenir tells. Everything a guest typed may be anything at all. */
export interface SouvenirContent {
  readonly attraction: string;
  /** As guests know it: Home Run Derby. */
  readonly attractionName: string;
  /** Null on a souvenir that must not name the guest. */
  readonly name: string | null;
  readonly score: number;
  /** Metres; with `homeruns` for attractions that measure them. */
  readonly distance: number | null;
  readonly homeruns: number | null;
  readonly venue: string;
  /** Day of play as the venue writes it. */
  readonly date: string;
  /** The guest's short page: drawn as QR code, and without its scheme beside it. */
  readonly url: string;
  /** An accepted photo, when the guest agreed to one. */
  readonly photo: Buffer | null;
}

export interface Figure {
  readonly value: string;
  readonly label: string;
}

export interface SouvenirWording {
  readonly title: string;
  readonly name: string;
  readonly score: Figure;
  /** At most two. */
  readonly figures: readonly Figure[];
  readonly venue: string;
  readonly date: string;
  readonly invitation: string;
  readonly url: string;
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const metres = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function wordingOf(content: SouvenirContent): SouvenirWording {
  const { score, distance, homeruns } = content;
  return {
    title: printable(content.attractionName).toUpperCase(),
    name: printable(content.name ?? '') || 'All-Star',
    score: { value: whole.format(score), label: score === 1 ? 'POINT' : 'POINTS' },
    figures: [
      ...(distance === null ? [] : [{ value: `${metres.format(distance)} m`, label: 'LONGEST HIT' }]),
      ...(homeruns === null
        ? []
        : [{ value: whole.format(homeruns), label: homeruns === 1 ? 'HOME RUN' : 'HOME RUNS' }]),
    ],
    venue: printable(content.venue),
    date: printable(content.date),
    invitation: 'SCORE & PICTURE',
    url: content.url.replace(/^https?:\/\//u, ''),
  };
}

/**
 * A line as it can be printed: no controls, no direction overrides, no code points without a character, letters from
 * the mathematical alphabets as the letters they mean, and no towers of combining marks.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u{1D400}-\u{1D7FF}]/gu, (letter) => letter.normalize('NFKC'))
    .replace(/\s+/gu, ' ')
    .replace(/(?!\u200C|\u200D|[\u{E0020}-\u{E007F}])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]/gu, '')
    .replace(/(\p{Mn}{4})\p{Mn}+/gu, '$1')
    .trim()
    .normalize('NFC');
}
