import { useQuery } from '@tanstack/react-query';
import { linkQuery } from '../../appliance-client/queries.ts';
import { Button } from '../../components/button.tsx';
import { useCloudLink } from '../../components/link-mark.tsx';
import { useFormats } from '../../i18n/use-formats.ts';

/** How the venue stands with its cloud, in a word or two; opens the details. */
export function CloudChip({ onOpen }: { onOpen: () => void }) {
  const link = useQuery(linkQuery).data;
  const { words, icon, alarming } = useCloudLink(link ?? { status: null, since: null, heard_at: null });
  const { number } = useFormats();
  if (!link) return null;
  const waiting = link.status !== null && link.status.state !== 'live' ? link.status.pending_changes : 0;
  return (
    <Button
      icon={icon}
      tone={alarming ? 'danger' : 'quiet'}
      onClick={onOpen}
      data-cloud={link.status?.state ?? 'none'}
      className="figures max-xl:px-2"
    >
      <span className="max-xl:sr-only">{words}</span>
      {waiting > 0 && (
        <span aria-hidden className="xl:hidden">
          {number(waiting)}
        </span>
      )}
    </Button>
  );
}
