import { Button, Group, Loader, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { AgesLink } from './ages/ages-link.tsx';
import { get, type Me, Problem, post } from './api.ts';
import { BanksLink } from './banks/banks-link.tsx';
import { familyTexts } from './families/texts.ts';
import { useWords } from './i18n.ts';
import { RemovalsLink } from './removals/removals-link.tsx';
import { ruleTexts } from './rules/texts.ts';
import { safeguardTexts } from './safeguards/words.ts';
import { SignIn } from './sign-in.tsx';

// The server decides (respond/permissions.ts, and beside the routes of supervision).
const suspending = ['lead', 'counsellor', 'police-liaison'];
const readingFeedback = ['analyst', 'lead'];
const readingRules = ['moderator', 'lead', 'analyst', 'admin', 'auditor'];

/** Who is signed in, or null. */
export function useMe() {
  return useQuery({
    queryKey: ['me'],
    queryFn: () =>
      get<Me>('/v1/me').catch((cause: unknown) => {
        if (cause instanceof Problem && cause.status === 401) return null;
        throw cause;
      }),
    staleTime: 30_000,
  });
}

/** The frame of every page: header, live updates, or the sign-in page. */
export function Shell() {
  const { t, toggle, lang } = useWords();
  const me = useMe();
  const client = useQueryClient();
  const signedIn = me.data?.user.id;

  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);

  useEffect(() => {
    if (signedIn === undefined) return;
    const source = new EventSource('/v1/stream');
    source.addEventListener('change', () => void client.invalidateQueries());
    return () => source.close();
  }, [signedIn, client]);

  const signOut = async () => {
    await post('/api/auth/sign-out', {});
    // A fresh page: no case, opened message or unlocked key of this person stays in memory.
    location.assign(import.meta.env.BASE_URL);
  };

  return (
    <>
      <header className="bar">
        <Link to="/" className="brand">
          Kề Bên <span>{t('console')}</span>
        </Link>
        {me.data && (
          <nav aria-label={t('console')}>
            <Link to="/">{t('queue')}</Link>
            <Link to="/referrals">{t('referrals')}</Link>
            <AgesLink me={me.data} />
            <RemovalsLink me={me.data} />
            <BanksLink me={me.data} />
            {readingFeedback.includes(me.data.role) && <Link to="/feedback">{t('feedback')}</Link>}
            {suspending.includes(me.data.role) && me.data.organisation.kind !== 'school' && (
              <Link to="/families" data-testid="nav-families">
                {familyTexts[lang].families}
              </Link>
            )}
            {readingRules.includes(me.data.role) && me.data.organisation.kind === 'platform' && (
              <Link to="/rules" data-testid="nav-rules">
                {ruleTexts[lang].rules}
              </Link>
            )}
            {readingRules.includes(me.data.role) && me.data.organisation.kind === 'platform' && (
              <Link to="/safeguards" data-testid="nav-safeguards">
                {safeguardTexts[lang].safeguards}
              </Link>
            )}
          </nav>
        )}
        <Group gap="xs" className="who">
          {me.data && (
            <Text size="sm" c="white" data-testid="who">
              {me.data.user.name} · {me.data.organisation.name[lang]}
            </Text>
          )}
          <Button variant="white" size="compact-md" onClick={toggle} data-testid="language">
            {t('language')}
          </Button>
          {me.data && (
            <Button variant="white" size="compact-md" onClick={() => void signOut()} data-testid="sign-out">
              {t('signOut')}
            </Button>
          )}
        </Group>
      </header>
      <main>{me.isPending ? <Loader aria-label={t('loading')} /> : me.data ? <Outlet /> : <SignIn />}</main>
    </>
  );
}
