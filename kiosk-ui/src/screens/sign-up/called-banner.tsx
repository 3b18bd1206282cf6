import { BellRing } from 'lucide-react';
import { isForTablets } from '../../calls/new-calls.ts';
import type { Called } from '../../calls/use-called.ts';
import { Slate } from '../../components/slate.tsx';
import { useText } from '../../i18n/use-text.ts';

/** Guests whom neither text nor board has brought: whoever stands at the tablet may be one of them. */
export function CalledBanner({ called }: { called: readonly Called[] }) {
  const t = useText();
  const wanted = called.filter(isForTablets);
  if (wanted.length === 0) return null;
  return (
    <section aria-labelledby="wanted" className="rounded-3xl bg-fill p-5 text-on-fill">
      <h2 id="wanted" className="flex items-center gap-3 text-2xl font-extrabold">
        <BellRing aria-hidden className="size-7" />
        {t('calls.your_turn')}
      </h2>
      <ul className="mt-3 flex flex-wrap gap-x-8 gap-y-3">
        {wanted.map(({ ticket, initials, attraction, call }) => (
          <li
            key={`${ticket} ${call}`}
            className="flex animate-call items-center gap-3 text-xl font-semibold"
          >
            <Slate ticket={ticket} className="text-3xl" />
            <bdi>{initials}</bdi>
            <span>{attraction}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
