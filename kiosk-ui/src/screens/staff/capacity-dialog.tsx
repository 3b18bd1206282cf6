import type { Attraction } from '@dugout/appliance/contract/attractions.ts';
import { type FormEvent, useState } from 'react';
import { appliance } from '../../appliance-client/appliance.ts';
import { Button } from '../../components/button.tsx';
import { Modal } from '../../components/modal.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useCommands } from './use-actions.tsx';

/** How many may wait at once; an empty field is no limit. */
export function CapacityDialog({ attraction, onClose }: { attraction: Attraction; onClose: () => void }) {
  const t = useText();
  const { run } = useCommands();
  const { id, name, capacity: before } = attraction;
  const [text, setText] = useState(before === null ? '' : String(before));
  const valid = /^(?:[1-9]\d{0,4})?$/u.test(text.trim());

  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!valid) return;
    const capacity = text.trim() === '' ? null : Number(text);
    run({
      verb: 'capacity',
      subject: { name },
      ask: (key) => appliance.changeAttraction(id, { capacity }, key),
      outcomeOf: () => ({ undo: (key) => appliance.changeAttraction(id, { capacity: before }, key) }),
    });
    onClose();
  };

  return (
    <Modal title={t('capacity.title', { name })} onClose={onClose}>
      <form noValidate onSubmit={save} className="flex flex-col gap-5">
        <TextField
          label={t('capacity.label')}
          hint={t('capacity.hint')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={valid ? undefined : t('capacity.wrong')}
          inputMode="numeric"
          maxLength={5}
        />
        <Button tone="primary" type="submit">
          {t('capacity.save')}
        </Button>
      </form>
    </Modal>
  );
}
