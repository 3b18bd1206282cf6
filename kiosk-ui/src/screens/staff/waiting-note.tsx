import type { Command } from '@dugout/appliance/contract/replication.ts';
import { Hourglass } from 'lucide-react';
import { gameOf, isCancellable } from '../../appliance-client/remote-command.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';
import { TakeBackButton } from './take-back-button.tsx';

/** On the row of a game: what was asked for it from afar and is not done. */
export function WaitingNote({ command }: { command: Command }) {
  const t = useText();
  const id = `verb.${gameOf(command)?.verb}`;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl border-2 border-dashed border-accent bg-accent-soft px-3 py-1.5 text-accent">
      <Hourglass aria-hidden className="size-5 shrink-0" />
      <p className="grow basis-40 font-semibold">
        {t('row.asked', { verb: isMessageId(id) ? t(id).toLocaleLowerCase() : command.summary })}
      </p>
      {isCancellable(command) && <TakeBackButton command={command} />}
    </div>
  );
}
