import type { Locator, Page } from 'playwright-core';
import type { GameAction } from '../../appliance/contract/games.ts';
import { beginning, say } from './words.ts';

type Section = 'new' | 'queued' | 'recalled' | 'confirmed' | 'playing' | 'held' | 'no_show' | 'completed';

/** The staff console, in the words of somebody who stands before it. */
export function staffConsole(page: Page) {
  const row = (state: Section, ticket: string): Locator =>
    page
      .getByRole('region', { name: beginning(`floor.${state}`) })
      .getByRole('listitem')
      .filter({ has: page.getByText(ticket, { exact: true }) });

  return {
    row,
    /** Waits until the guest stands in this section. */
    shows: (state: Section, ticket: string) => row(state, ticket).waitFor(),
    callNext: (attraction: string) =>
      page.getByRole('button', { name: say('lane.call_next_at', { name: attraction }) }).click(),
    /** Takes back what was done last. */
    undoLast: () =>
      page
        .getByRole('region', { name: say('tray.label') })
        .getByRole('button', { name: beginning('tray.undo') })
        .last()
        .click(),
    /** Chooses a verb of the guest's row, from its menu where it does not stand on the row itself. */
    async act(state: Section, ticket: string, verb: GameAction): Promise<void> {
      const guest = row(state, ticket);
      await guest.waitFor();
      const words = say(`verb.${verb}`);
      const onRow = guest.getByRole('button', {
        name: say('row.verb_for', { verb: words, ticket }),
        exact: true,
      });
      if ((await onRow.count()) > 0) return onRow.click();
      await guest.getByRole('button', { name: say('row.more', { ticket }), exact: true }).click();
      await guest.getByRole('button', { name: words, exact: true }).click();
    },
  };
}
