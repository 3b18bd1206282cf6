import { useMutation, useQueryClient } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import type { FormEvent } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { appliance } from '../../appliance-client/appliance.ts';
import { sessionQuery } from '../../appliance-client/queries.ts';
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
    mutationFn: appliance.signIn,
    networkMode: 'always',
    onSuccess: ({ user, expires_at }) => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, { user, expires_at });
      goTo(localPath(search.get('next')), { replace: true });
    },
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ username: String(form.get('username')).trim(), password: String(form.get('password')) });
  };

  return (
    <div className="relative isolate grid min-h-dvh place-items-center p-6">
      <title>{t('title', { screen: t('sign_in.title') })}</title>
      <BallField className="fixed inset-0 -z-10 size-full" />
      <main className="w-full max-w-md animate-appear rounded-3xl border-2 border-line bg-surface p-7 shadow-2xl sm:p-10">
        <form onSubmit={submit} className="flex flex-col gap-6">
          <Brand name={t('brand')} />
          <h1 className="text-4xl font-extrabold tracking-tight">{t('sign_in.title')}</h1>
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
