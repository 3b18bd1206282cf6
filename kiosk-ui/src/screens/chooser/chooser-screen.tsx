import {
  ClipboardList,
  Gamepad2,
  ListOrdered,
  LogIn,
  type LucideIcon,
  Trophy,
  UserRoundPlus,
} from 'lucide-react';
import { Link } from 'wouter';
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
  { href: '/sign-in', icon: LogIn, name: 'screen.sign_in', about: 'screen.sign_in.about' },
];

export default function ChooserScreen() {
  const t = useText();
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
              <Link
                href={href}
                className="flex h-full min-h-24 items-start gap-4 rounded-2xl border-2 border-line bg-surface p-5 transition-[border-color,translate] hover:-translate-y-0.5 hover:border-accent"
              >
                <Icon aria-hidden className="mt-0.5 size-7 shrink-0 text-accent" />
                <span className="flex flex-col gap-1">
                  <span className="text-xl font-bold">{t(name)}</span>
                  <span className="text-ink-soft">{t(about)}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}
