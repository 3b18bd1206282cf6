import type { Role } from '@dugout/appliance/contract/auth.ts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, Redirect, useLocation, useSearch } from 'wouter';
import { sessionQuery } from '../appliance-client/queries.ts';
import { mayPass, Refusal } from '../appliance-client/refusal.ts';
import { usePlace } from '../appliance-client/use-place.ts';
import { useText } from '../i18n/use-text.ts';
import { buttonLook } from './button.tsx';
import { failureText } from './failure.tsx';
import { Message } from './message.tsx';

/** Lets only these roles see what is below; sends everybody else to sign in, and back here afterwards. */
export function SignedIn({ roles, children }: { roles: readonly Role[]; children: ReactNode }) {
  const t = useText();
  const [path] = useLocation();
  const search = useSearch();
  const session = useQuery(sessionQuery);
  const { remote } = usePlace();
  const here = search === '' ? path : `${path}?${search}`;
  const signIn = `/sign-in?next=${encodeURIComponent(here)}`;

  if (session.error instanceof Refusal) {
    const { status, code } = session.error;
    // Of no venue yet: who signs in says which.
    if (status === 401 || code === 'site_required') return <Redirect to={signIn} replace />;
    if (!mayPass(session.error)) return <Message title={failureText(t, code)} />;
  }
  if (!session.data)
    return (
      <Message title={session.failureCount > 0 ? t(remote ? 'away.replica' : 'away.title') : t('starting')} />
    );
  if (!roles.includes(session.data.user.role)) {
    return (
      <Message title={t('not_allowed.title')}>
        <p>{t('not_allowed.text', { username: session.data.user.username })}</p>
        <Link href={signIn} className={buttonLook('primary')}>
          {t('not_allowed.sign_in')}
        </Link>
      </Message>
    );
  }
  return children;
}
