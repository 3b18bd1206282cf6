import type { SyncStatus } from '@dugout/appliance/contract/replication.ts';
import { useQuery } from '@tanstack/react-query';
import { linkQuery } from '../../appliance-client/queries.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { Facts } from '../../components/facts.tsx';
import { Failure } from '../../components/failure.tsx';
import { useCloudLink } from '../../components/link-mark.tsx';
import { Modal } from '../../components/modal.tsx';
import { useAgeText, useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';
import { Outages } from './outages.tsx';

const noLink = { status: null, since: null, heard_at: null };

/** The link to the cloud in figures, what the venue does about it, and what happened while it was alone. */
export function CloudPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const link = useQuery(linkQuery);
  const { status, since } = link.data ?? noLink;
  const { words, icon: Icon, alarming } = useCloudLink(link.data ?? noLink);
  const about = `link_panel.${status?.state ?? 'none'}`;
  return (
    <Modal place="side" title={t('cloud_link.title')} onClose={onClose}>
      {link.isError && <Failure error={link.error} />}
      <section aria-label={words} className="mb-8">
        <p className={`flex items-center gap-2 text-lg font-semibold ${alarming ? 'text-bad' : ''}`}>
          <Icon aria-hidden className="size-6 shrink-0" />
          {words}
        </p>
        {isMessageId(about) && <p className="mt-1 text-ink-soft">{t(about)}</p>}
        {status && <LinkFacts status={status} since={since} />}
      </section>
      <Outages />
    </Modal>
  );
}

function LinkFacts({ status, since }: { status: SyncStatus; since: string | null }) {
  const t = useText();
  const { number, timeSince } = useFormats();
  const ageText = useAgeText();
  const now = venueNow(useNow());
  const { pending_changes, lag_ms, last_contact_at, seq, acked_seq, detail } = status;
  return (
    <>
      {detail !== null && <p className="mt-1 break-words text-ink-soft">{detail}</p>}
      <Facts
        className="mt-3"
        of={[
          [t('link_panel.since'), since === null ? undefined : timeSince(since, now)],
          [t('link_panel.pending'), number(pending_changes)],
          [t('link_panel.oldest'), pending_changes > 0 && lag_ms !== null ? ageText(lag_ms) : undefined],
          [
            t('link_panel.contact'),
            last_contact_at === null
              ? t('link_panel.never')
              : t('link_panel.ago', { age: ageText(now - Date.parse(last_contact_at)) }),
          ],
          [t('link_panel.changes'), `${number(seq)} / ${number(acked_seq)}`],
        ]}
      />
    </>
  );
}
