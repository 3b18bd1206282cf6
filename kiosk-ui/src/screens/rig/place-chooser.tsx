import type { Attraction, Station } from '@dugout/appliance/contract/attractions.ts';
import { Link } from 'wouter';
import { Brand } from '../../components/brand.tsx';
import { buttonLook } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';

export type PlaceChooserProps = { stations: readonly Station[]; attractions: readonly Attraction[] };

/** Asked once: the answer stays in the address, and so in the kiosk's bookmark. */
export function PlaceChooser({ stations, attractions }: PlaceChooserProps) {
  const t = useText();
  return (
    <main className="mx-auto flex min-h-dvh max-w-3xl flex-col justify-center gap-8 p-6">
      <Brand name={t('brand')} />
      <h1 className="text-4xl font-extrabold tracking-tight">{t('rig.which')}</h1>
      {attractions.map(({ id, name }) => (
        <section key={id} aria-label={name} className="flex flex-col gap-3">
          <h2 className="text-xl font-bold">{name}</h2>
          <div className="flex flex-wrap gap-3">
            {stations
              .filter(({ attraction }) => attraction === id)
              .map((station) => (
                <Link
                  key={station.id}
                  href={`/rig?station=${station.id}`}
                  className={buttonLook('plain', 'kiosk')}
                >
                  {station.name}
                </Link>
              ))}
            <Link href={`/rig?attraction=${id}`} className={buttonLook('quiet', 'kiosk')}>
              {t('rig.any')}
            </Link>
          </div>
        </section>
      ))}
    </main>
  );
}
