import type { CompleteInput } from '@dugout/appliance/contract/games.ts';

export const resultFields = ['score', 'homeruns', 'distance'] as const;
export type ResultField = (typeof resultFields)[number];
export type ResultText = Record<ResultField, string>;

export const emptyResult: ResultText = { score: '', homeruns: '', distance: '' };

/** A derby is told by all three figures, every other attraction by its score alone. */
export function fieldsOf(attraction: string): readonly ResultField[] {
  return attraction === 'derby' ? resultFields : ['score'];
}

/** What was typed, as the appliance wants it; or the fields that hold no valid figure. */
export function readResult(
  text: ResultText,
  attraction: string,
): { input: CompleteInput } | { wrong: readonly ResultField[] } {
  const fields = fieldsOf(attraction);
  const figures = {
    score: whole(text.score),
    homeruns: whole(text.homeruns),
    distance: decimal(text.distance),
  };
  const wrong = fields.filter((field) => figures[field] === undefined);
  const { score, homeruns, distance } = figures;
  if (wrong.length > 0 || score === undefined) return { wrong };
  return {
    input: {
      score,
      ...(fields.includes('homeruns') && homeruns !== undefined ? { homeruns } : {}),
      ...(fields.includes('distance') && distance !== undefined ? { distance } : {}),
    },
  };
}

function whole(text: string): number | undefined {
  return /^\d{1,9}$/u.test(text.trim()) ? Number(text) : undefined;
}

/** A comma is a decimal mark in half of the world. */
function decimal(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,6}(\.\d+)?$/u.test(plain) ? Number(plain) : undefined;
}
