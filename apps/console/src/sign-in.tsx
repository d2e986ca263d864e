import { Alert, Button, Card, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { post } from './api.ts';
import { useWords } from './i18n.ts';
import { forgetKey } from './seal.ts';

export function SignIn() {
  const { t } = useWords();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    // The session ended on this page: whoever signs in next starts with nothing of the last person.
    forgetKey();
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
  }, [client]);
  const submit = async (event: { preventDefault(): void }) => {
    event.preventDefault();
    setBusy(true);
    try {
      await post('/api/auth/sign-in/email', { email, password });
      setFailed(false);
      await client.invalidateQueries({ queryKey: ['me'] });
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card withBorder className="sign-in" component="form" onSubmit={(event) => void submit(event)}>
      <Stack>
        <Title order={1} size="h2">
          {t('signIn')}
        </Title>
        <Text>{t('signInAbout')}</Text>
        <TextInput
          label={t('email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-testid="sign-in-email"
        />
        <PasswordInput
          label={t('password')}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-testid="sign-in-password"
          visibilityToggleButtonProps={{ 'aria-label': t('reveal') }}
        />
        {failed && (
          <Alert color="red" role="alert">
            {t('wrong')}
          </Alert>
        )}
        <Button type="submit" loading={busy} size="md" data-testid="sign-in-submit">
          {t('signIn')}
        </Button>
      </Stack>
    </Card>
  );
}
