import { useQuery } from '@tanstack/react-query';
import { linkQuery } from '../../appliance-client/queries.ts';
import { Button } from '../../components/button.tsx';
import { useCloudLink } from '../../components/link-mark.tsx';

/** How the venue stands with its cloud, in a word or two; opens the details. */
export function CloudChip({ onOpen }: { onOpen: () => void }) {
  const link = useQuery(linkQuery).data;
  const { words, icon, alarming } = useCloudLink(link ?? { status: null, since: null, heard_at: null });
  if (!link) return null;
  return (
    <Button
      icon={icon}
      tone={alarming ? 'danger' : 'quiet'}
      onClick={onOpen}
      data-cloud={link.status?.state ?? 'none'}
      className="figures max-md:px-0!"
    >
      <span className="max-md:sr-only">{words}</span>
    </Button>
  );
}
