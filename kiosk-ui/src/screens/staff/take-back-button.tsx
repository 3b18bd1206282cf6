import type { Command } from '@dugout/appliance/contract/replication.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { appliance } from '../../appliance-client/appliance.ts';
import { commandsQuery } from '../../appliance-client/queries.ts';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { useText } from '../../i18n/use-text.ts';

/** Asks that something which waits for the venue be not done after all. */
export function TakeBackButton({ command: { command_id, summary } }: { command: Command }) {
  const t = useText();
  const client = useQueryClient();
  const takeBack = useMutation({
    mutationFn: () => appliance.cancelCommand(command_id),
    networkMode: 'always',
    onSettled: () => client.invalidateQueries({ queryKey: commandsQuery.queryKey }),
  });
  return (
    <>
      <Button
        icon={Undo2}
        busy={takeBack.isPending}
        aria-label={t('actions.take_back_of', { summary })}
        onClick={() => takeBack.mutate()}
      >
        {t('actions.take_back')}
      </Button>
      {takeBack.isError && <Failure error={takeBack.error} />}
    </>
  );
}
