import { samplesLines } from './gloves/glove-report.ts';
import type { Outcome } from './simulation.ts';
import type { Tally } from './tally.ts';

/** The venue's clock on the wall: doors open at eleven. */
export function wallTime(seconds: number): string {
  const minutes = 11 * 60 + Math.floor(seconds / 60);
  const two = (figure: number) => String(figure).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

/** The line that a terminal shows while it runs. */
export const runningLine = (seconds: number, { arrived, signedUp, played, retries, faults }: Tally): string =>
  [
    wallTime(seconds),
    `${arrived} came`,
    `${signedUp} signed up`,
    `${played} played`,
    ...(retries > 0 ? [`${retries} asked again`] : []),
    ...(faults.length > 0 ? [`${faults.length} errors`] : []),
  ].join(' · ');

/** True when nothing went wrong and the appliance tells what it acknowledged. */
export const isConsistent = ({ tally, audit, replica, gloves }: Outcome): boolean =>
  tally.faults.length === 0 &&
  audit.disagreements.length === 0 &&
  (replica === null || replica.disagreements.length === 0) &&
  (gloves === null || gloves.disagreements.length === 0);

/** The figures of a simulation, as `--json` prints them. */
export function figures(outcome: Outcome) {
  const { run, tally, audit, carried, replica, gloves } = outcome;
  const { completed, no_show, cancelled } = audit.states;
  const { faults, plugsPulled, wanCuts, modemUnplugs, batteriesOut, ...counts } = tally;
  const { lost, resumed, givenBack } = audit.interruptions;
  return {
    run,
    consistent: isConsistent(outcome),
    guests: { ...counts, played: completed, no_shows: no_show, cancelled },
    states: audit.states,
    texts: audit.texts,
    text_states: audit.textStates,
    carried,
    faults: {
      plugs_pulled: plugsPulled,
      wan_cuts: wanCuts,
      modem_unplugs: modemUnplugs,
      batteries_out: batteriesOut,
    },
    interruptions: { lost, resumed, given_back: givenBack },
    rig_events: audit.rigEvents,
    acknowledged: audit.acknowledged,
    unanswered: audit.unanswered,
    errors: faults,
    disagreements: audit.disagreements,
    replica,
    gloves,
  };
}

const shownAtMost = 10;

/** The closing summary. */
export function summary(outcome: Outcome): string {
  const { tally, audit, carried, replica, gloves } = outcome;
  const { completed, no_show, cancelled, new: unqueued, ...others } = audit.states;
  const under = unqueued + others.queued + others.recalled + others.confirmed + others.playing + others.held;
  const line = (count: number, what: string) => `  ${String(count).padStart(6)}  ${what}`;
  const some = (label: string, list: readonly string[]) =>
    list.length === 0
      ? []
      : [
          '',
          `  ${label}:`,
          ...list.slice(0, shownAtMost).map((one) => `    ${one}`),
          ...(list.length > shownAtMost ? [`    … and ${list.length - shownAtMost} more`] : []),
        ];
  return [
    '',
    line(
      tally.arrived,
      `guests came, ${tally.walkedAway} found the wait too long, ${tally.turnedAway} were turned away`,
    ),
    line(tally.signedUp, 'signed up'),
    line(completed, 'played'),
    line(no_show, 'did not come'),
    line(cancelled, 'cancelled'),
    line(under, 'still on the floor'),
    line(audit.texts, `texts, ${carried.twilio} taken by Twilio, ${carried.modem} by the modem`),
    line(carried.from_phones, `texts from phones, and ${tally.buttonsPressed} buttons pressed on pages`),
    line(tally.photos, 'photos'),
    line(tally.pagesOpened, 'pages opened on phones'),
    line(tally.souvenirs, 'souvenirs taken home on phones'),
    line(
      tally.plugsPulled,
      `plugs pulled, ${audit.interruptions.lost} games lost their rig, ${audit.interruptions.resumed} went on, ${audit.interruptions.givenBack} were given back`,
    ),
    line(tally.wanCuts + tally.modemUnplugs, 'times the internet or the modem was taken away'),
    line(audit.rigEvents, 'events of rigs acknowledged'),
    line(
      audit.acknowledged,
      `steps acknowledged, ${tally.retries} requests sent again, ${audit.unanswered} never answered`,
    ),
    line(tally.overtaken, 'steps overtaken by somebody faster'),
    ...(replica === null
      ? []
      : [line(sumOf(replica.commands), `actions from afar${listed(replica.commands)}`)]),
    ...(gloves === null
      ? []
      : [
          line(
            gloves.games,
            `games with gloves, ${tally.batteriesOut} batteries taken out in the middle of one`,
          ),
          ...samplesLines(gloves),
          line(
            gloves.recorded,
            'of them kept: what was measured during a game, of whoever agreed; the rest was shown and forgotten',
          ),
          line(
            gloves.results,
            `results of games with gloves on phones, ${gloves.posted} of them of games on earlier days`,
          ),
        ]),
    line(tally.faults.length, 'errors'),
    ...some('Errors', tally.faults),
    ...some('The appliance tells otherwise', audit.disagreements),
    ...some('The gloves tell otherwise', gloves?.disagreements ?? []),
    ...some('The replica tells otherwise', replica?.disagreements ?? []),
    ...(replica === null ? [] : ['', `  ${replica.sentence}.`]),
    ...(gloves === null || gloves.disagreements.length > 0
      ? []
      : ['', '  Every sample of a glove is accounted for.']),
    '',
    isConsistent(outcome)
      ? '  Every acknowledged step is there, once.'
      : '  What was acknowledged and what is told now are not the same, or something failed.',
    '',
  ].join('\n');
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, count]) => `, ${count} ${what}`)
    .join('');
