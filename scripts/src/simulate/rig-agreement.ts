import type { Game, GameTransition } from '../../../appliance/contract/games.ts';
import type { RigEvent } from '../../../appliance/contract/rigs.ts';
import type { ToldEvent } from './ledger.ts';

const nameOf = ({ device, run, seq }: Pick<RigEvent, 'device' | 'run' | 'seq'>): string =>
  `event ${seq} of ${device} in ${run.slice(0, 8)}`;

/** How the rig events that the appliance keeps differ from those it acknowledged: each is there, once. */
export function eventDisagreements(kept: readonly RigEvent[], told: readonly ToldEvent[]): string[] {
  const counts = Map.groupBy(kept, nameOf);
  const lost = told.filter(({ device, event }) => !counts.has(nameOf({ device, ...event })));
  return [
    ...lost.map(({ device, event }) => `${nameOf({ device, ...event })} was acknowledged and is not there`),
    ...[...counts].flatMap(([name, all]) => (all.length > 1 ? [`${name} is there ${all.length} times`] : [])),
    ...kept
      .filter(({ type, outcome }) => type === 'completed' && outcome !== 'applied')
      .map((event) => `the result in ${nameOf(event)} was not taken: ${event.outcome} ${event.code}`),
  ];
}

const unfinished: readonly Game['state'][] = ['new', 'queued', 'recalled', 'confirmed', 'playing', 'held'];

/**
 * What is wrong with the course of one game at its rigs: it was interrupted and nothing came of it, or its result
 * counted twice.
 * @param isOver whether the simulation has ended by itself, so that nobody is on the floor any more
 */
export function courseDisagreements(
  { ticket, state, interrupted_until }: Pick<Game, 'ticket' | 'state' | 'interrupted_until'>,
  history: readonly GameTransition[],
  isOver: boolean,
): string[] {
  const interrupted = history.findLastIndex(({ action }) => action === 'interrupt');
  const isOpen = interrupted >= 0 && interrupted === history.length - 1;
  const completions = history.filter(({ action, undone }) => action === 'complete' && !undone).length;
  return [
    ...(isOpen && (isOver || interrupted_until === null)
      ? [`${ticket}: was interrupted, and neither went on nor was given back`]
      : []),
    ...(interrupted >= 0 && isOver && unfinished.includes(state)
      ? [`${ticket}: was interrupted, and is ${state} at the end`]
      : []),
    ...(completions > 1 ? [`${ticket}: was completed ${completions} times`] : []),
  ];
}
