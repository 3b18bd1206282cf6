import { useQuery } from '@tanstack/react-query';
import { rigConflictsQuery } from '../../appliance-client/queries.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';

/** What rigs told of games that contradicts what is known: kept, not applied, and for somebody to look at. */
export function RigConflicts() {
  const t = useText();
  const { time } = useFormats();
  const conflicts = useQuery(rigConflictsQuery);
  const items = conflicts.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="rig-conflicts" className="mt-6">
      <h3 id="rig-conflicts" className="text-lg font-bold">
        {t('conflicts.title')}
      </h3>
      <ul className="flex flex-col">
        {items.map(({ id, device, type, code, received_at }) => {
          const codeId = `conflicts.code.${code}`;
          return (
            <li
              key={id}
              className="figures flex flex-wrap gap-x-4 border-t-2 border-line py-2.5 first:border-none"
            >
              <time dateTime={received_at} className="text-ink-soft">
                {time(received_at)}
              </time>
              <span className="font-semibold">{device}</span>
              <span>{t('conflicts.said', { type })}</span>
              {code !== null && <span className="text-bad">{isMessageId(codeId) ? t(codeId) : code}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
