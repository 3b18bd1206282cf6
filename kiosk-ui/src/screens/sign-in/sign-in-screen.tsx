import type { LoginRequest } from '@dugout/appliance/contract/auth.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { appliance } from '../../appliance-client/appliance.ts';
import { sessionQuery } from '../../appliance-client/queries.ts';
import { codeOf } from '../../appliance-client/refusal.ts';
import { atSite } from '../../appliance-client/site-path.ts';
import { BallField } from '../../components/ball-field.tsx';
import { Brand } from '../../components/brand.tsx';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { localPath } from './local-path.ts';

export default function SignInScreen() {
  const t = useText();
  const client = useQueryClient();
  const [, goTo] = useLocation();
  const [search] = useSearchParams();

  const signIn = useMutation({
    mutationFn: ({ site, ...credentials }: LoginRequest & { site: string }) =>
      appliance.signIn(credentials, site),
    networkMode: 'always',
    onSuccess: ({ user, expires_at }, { site }) => {
      client.clear();
      const next = localPath(search.get('next'));
      // What was opened without a venue is that venue's from now on; the list of venues is nobody's.
      if (site !== '') return location.replace(next === '/sites' ? next : atSite(site, next));
      client.setQueryData(sessionQuery.queryKey, { user, expires_at });
      goTo(next, { replace: true });
    },
  });

  const refusedFor = signIn.error && codeOf(signIn.error);
  // A replica of several venues has to be told at which of them the account is.
  const [whichSite, setWhichSite] = useState(false);
  if (refusedFor === 'site_required' && !whichSite) setWhichSite(true);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '');
    signIn.mutate({
      site: field('site').trim().toLowerCase(),
      username: field('username').trim(),
      password: field('password'),
    });
  };

  return (
    <div className="relative isolate grid min-h-dvh place-items-center p-6">
      <title>{t('title', { screen: t('sign_in.title') })}</title>
      <BallField className="fixed inset-0 -z-10 size-full" />
      <main className="w-full max-w-md animate-appear rounded-3xl border-2 border-line bg-surface p-7 shadow-2xl sm:p-10">
        <form onSubmit={submit} className="flex flex-col gap-6">
          <Brand name={t('brand')} />
          <h1 className="text-4xl font-extrabold tracking-tight">{t('sign_in.title')}</h1>
          {whichSite && (
            <TextField
              label={t('sign_in.site')}
              hint={t('sign_in.site_hint')}
              name="site"
              autoCapitalize="none"
              autoComplete="organization"
              spellCheck={false}
              pattern="[a-zA-Z0-9][a-zA-Z0-9\-]*"
              required
              autoFocus
            />
          )}
          <TextField
            label={t('sign_in.username')}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            autoFocus
          />
          <TextField
            label={t('sign_in.password')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          {signIn.error && <Failure error={signIn.error} />}
          <Button
            tone="primary"
            type="submit"
            icon={LogIn}
            busy={signIn.isPending}
            className="min-h-16 text-xl"
          >
            {t('sign_in.submit')}
          </Button>
        </form>
      </main>
    </div>
  );
}
