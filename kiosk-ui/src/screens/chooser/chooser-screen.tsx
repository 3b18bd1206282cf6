import { useQuery } from '@tanstack/react-query';
import {
  ClipboardList,
  Gamepad2,
  Hand,
  ListOrdered,
  LogIn,
  type LucideIcon,
  Map as MapIcon,
  Trophy,
  UserRoundPlus,
} from 'lucide-react';
import { Link, Redirect } from 'wouter';
import { placeQuery } from '../../appliance-client/queries.ts';
import { BallField } from '../../components/ball-field.tsx';
import { Brand } from '../../components/brand.tsx';
import type { MessageId } from '../../i18n/i18n.ts';
import { useText } from '../../i18n/use-text.ts';

type Choice = { href: string; icon: LucideIcon; name: MessageId; about: MessageId };

const choices: Choice[] = [
  { href: '/sign-up', icon: UserRoundPlus, name: 'screen.sign_up', about: 'screen.sign_up.about' },
  { href: '/board', icon: ListOrdered, name: 'screen.board', about: 'screen.board.about' },
  { href: '/leaderboard', icon: Trophy, name: 'screen.leaderboard', about: 'screen.leaderboard.about' },
  { href: '/staff', icon: ClipboardList, name: 'screen.staff', about: 'screen.staff.about' },
  { href: '/rig', icon: Gamepad2, name: 'screen.rig', about: 'screen.rig.about' },
  { href: '/glove', icon: Hand, name: 'screen.glove', about: 'screen.glove.about' },
  { href: '/sign-in', icon: LogIn, name: 'screen.sign_in', about: 'screen.sign_in.about' },
];

/** Only where there may be several venues. */
const sites: Pick<Choice, 'name' | 'about'> = { name: 'screen.sites', about: 'screen.sites.about' };

const look =
  'flex h-full min-h-24 items-start gap-4 rounded-2xl border-2 border-line bg-surface p-5 transition-[border-color,translate] hover:-translate-y-0.5 hover:border-accent';

export default function ChooserScreen() {
  const t = useText();
  const place = useQuery(placeQuery).data;
  // A replica that was not told which of its venues is meant has no screen of any of them.
  if (place?.kind === 'replica' && place.site === null) return <Redirect to="/sites" replace />;
  return (
    <div className="relative isolate flex min-h-dvh flex-col">
      <title>{t('title', { screen: t('chooser.title') })}</title>
      <BallField className="fixed inset-0 -z-10 size-full" />
      <header className="p-6 text-xl sm:p-10">
        <Brand name={t('brand')} />
      </header>
      <main className="mx-auto flex w-full max-w-5xl grow flex-col justify-center gap-8 px-6 pb-16 sm:px-10">
        <h1 className="text-4xl font-extrabold tracking-tight sm:text-6xl">{t('chooser.title')}</h1>
        <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {choices.map(({ href, icon: Icon, name, about }) => (
            <li key={href}>
              <Link href={href} className={look}>
                <Icon aria-hidden className="mt-0.5 size-7 shrink-0 text-accent" />
                <ChoiceText name={name} about={about} />
              </Link>
            </li>
          ))}
          {place?.kind === 'replica' && (
            <li>
              <a href="/sites" className={look}>
                <MapIcon aria-hidden className="mt-0.5 size-7 shrink-0 text-accent" />
                <ChoiceText {...sites} />
              </a>
            </li>
          )}
        </ul>
      </main>
    </div>
  );
}

function ChoiceText({ name, about }: Pick<Choice, 'name' | 'about'>) {
  const t = useText();
  return (
    <span className="flex flex-col gap-1">
      <span className="text-xl font-bold">{t(name)}</span>
      <span className="text-ink-soft">{t(about)}</span>
    </span>
  );
}
