import type { GlovesTold } from './glove-agreement.ts';
import type { GloveLoad } from './glove-load.ts';

const shownAtMost = 10;
const line = (count: number, what: string) => `  ${String(count).padStart(6)}  ${what}`;

/** What became of the samples, a line each, as closing summaries have them. */
export function samplesLines({
  measured,
  accepted,
  lost,
  rejected,
  duplicates,
  faults,
}: GlovesTold): string[] {
  const what = Object.entries(faults)
    .filter(([fault]) => fault !== 'late')
    .map(([fault, times]) => `${words[fault] ?? fault} ${times}`)
    .join(', ');
  return [
    line(measured, `samples measured by gloves${what === '' ? '' : `; of them or of their gloves: ${what}`}`),
    line(
      accepted,
      `of them taken in, ${lost} known to be missing by their numbers, ${rejected} lines or frames rejected, ${duplicates} came again`,
    ),
  ];
}

/** A sample that is late is there all the same. */
const words: Readonly<Record<string, string>> = {
  lost: 'lost on the way',
  duplicated: 'doubled',
  reordered: 'overtaken',
  replayed: 'sent again',
  torn: 'torn',
  deleted: 'short of a byte',
  flipped: 'with a bit changed',
  garbled: 'garbled',
  dropout: 'out of reach',
  dropouts: 'dropouts',
  powerLosses: 'losses of power',
  clockSteps: 'steps of a clock',
  sleeps: 'times asleep',
  bootLogLines: 'lines of boot logs',
  unsent: 'never sent',
};

/** The closing summary of gloves that played alone. */
export function gloveSummary(load: GloveLoad): string {
  const { gloves, seconds, cpu, disagreements, consistent, uncounted } = load;
  return [
    '',
    line(gloves, `gloves, for ${Math.round(seconds)} s, on ${Math.round(cpu * 100)} % of a processor`),
    ...samplesLines(load),
    ...(disagreements.length === 0 ? [] : ['', '  The appliance tells otherwise:']),
    ...disagreements.slice(0, shownAtMost).map((one) => `    ${one}`),
    ...(disagreements.length > shownAtMost ? [`    … and ${disagreements.length - shownAtMost} more`] : []),
    '',
    consistent ? '  Every sample is accounted for.' : '  Not every sample is accounted for.',
    ...(uncounted === 0
      ? []
      : [
          `  Of ${uncounted} gloves a fault has changed numbers or times: of these only what came is held against what was sent.`,
        ]),
    '',
  ].join('\n');
}
