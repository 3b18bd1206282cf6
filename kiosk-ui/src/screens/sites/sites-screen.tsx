import type { Role } from '@dugout/appliance/contract/auth.ts';
import type { Site } from '@dugout/appliance/contract/replication.ts';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { ManyVenues } from '../../appliance-client/live.tsx';
import { sitesQuery } from '../../appliance-client/queries.ts';
import { atSite } from '../../appliance-client/site-path.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { Brand } from '../../components/brand.tsx';
import { Failure } from '../../components/failure.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { VenueLinkMark } from '../../components/link-mark.tsx';
import { sitesWorstFirst } from '../../components/link-words.ts';
import { SignedIn } from '../../components/signed-in.tsx';
import { useAgeText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

const roles: readonly Role[] = ['staff', 'admin'];

/** Every venue of this cloud: which needs somebody, how old what is known of it is, what waits for it. */
export default function SitesScreen() {
  return (
    <SignedIn roles={roles}>
      <Sites />
    </SignedIn>
  );
}

function Sites() {
  const t = useText();
  const sites = useQuery(sitesQuery);
  return (
    <ManyVenues by={sites}>
      <title>{t('title', { screen: t('screen.sites') })}</title>
      <div className="mx-auto flex min-h-dvh max-w-4xl flex-col gap-5 px-4 pb-16 sm:px-6">
        <header className="flex flex-wrap items-center justify-between gap-3 py-4 text-xl">
          <Brand name={t('brand')} />
          <Freshness of={[sites]} />
        </header>
        <main className="flex flex-col gap-5">
          <h1 className="text-4xl font-extrabold tracking-tight">{t('screen.sites')}</h1>
          {sites.isError && <Failure error={sites.error} />}
          {sites.data?.items.length === 0 && <p className="text-lg text-ink-soft">{t('sites.none')}</p>}
          <ul className="flex flex-col gap-3">
            {sitesWorstFirst(sites.data?.items ?? []).map((site) => (
              <SiteCard key={site.id} site={site} readAt={sites.dataUpdatedAt} />
            ))}
          </ul>
        </main>
      </div>
    </ManyVenues>
  );
}

function SiteCard({ site, readAt }: { site: Site; readAt: number }) {
  const t = useText();
  const ageText = useAgeText();
  const now = useNow();
  const { id, name, data_lag_ms, pending_commands, detail } = site;
  return (
    <li data-site={id}>
      {/* A page of its own: nothing of one venue stays in memory at another. */}
      <a
        href={atSite(id, '/staff')}
        aria-label={t('sites.open', { name })}
        aria-describedby={`site-${id}`}
        className="flex min-h-20 items-center gap-4 rounded-2xl border-2 border-line bg-surface p-4 hover:border-accent"
      >
        <span className="flex grow flex-col gap-1">
          <span className="text-xl font-bold break-words">{name}</span>
          <span
            id={`site-${id}`}
            className="figures flex flex-wrap items-center gap-x-4 gap-y-1 text-ink-soft"
          >
            <VenueLinkMark site={site} />
            <span>
              {data_lag_ms === null
                ? t('sites.never')
                : t('sites.age', { age: ageText(data_lag_ms + Math.max(0, now - readAt)) })}
            </span>
            {pending_commands > 0 && (
              <span className="font-semibold text-accent">
                {t('sites.pending', { count: pending_commands })}
              </span>
            )}
          </span>
          {detail !== null && <span className="break-words text-ink-soft">{detail}</span>}
        </span>
        <ChevronRight aria-hidden className="size-6 shrink-0 text-ink-soft rtl:rotate-180" />
      </a>
    </li>
  );
}
