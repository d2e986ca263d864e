import { Alert, Button, Card, PasswordInput, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { get, type OrganisationKey, post, type Thread } from './api.ts';
import { useWords } from './i18n.ts';
import { currentKey, type KeyPair, openSealed, sealForBoth, unlock } from './seal.ts';

/** The conversation with somebody who stays unknown; opened in this browser with the organisation's passphrase. */
export function ThreadPanel({ caseId }: { caseId: string }) {
  const { t } = useWords();
  const [key, setKey] = useState<KeyPair | undefined>(currentKey);
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        {t('thread')}
      </Title>
      {key ? <OpenThread caseId={caseId} keyPair={key} /> : <Unlock onUnlock={setKey} />}
    </Card>
  );
}

function Unlock({ onUnlock }: { onUnlock: (key: KeyPair) => void }) {
  const { t } = useWords();
  const [passphrase, setPassphrase] = useState('');
  const opening = useMutation({
    mutationFn: async () => unlock(await get<OrganisationKey>('/v1/organisation-key'), passphrase),
    onSuccess: onUnlock,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    opening.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('threadAbout')}</Text>
        <PasswordInput
          label={t('passphrase')}
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          data-testid="passphrase"
          visibilityToggleButtonProps={{ 'aria-label': t('reveal') }}
        />
        {opening.isError && (
          <Alert color="red" role="alert">
            {t('wrongPassphrase')}
          </Alert>
        )}
        <Button type="submit" loading={opening.isPending} data-testid="unlock">
          {t('unlock')}
        </Button>
      </Stack>
    </form>
  );
}

function OpenThread({ caseId, keyPair }: { caseId: string; keyPair: KeyPair }) {
  const { t, time } = useWords();
  const client = useQueryClient();
  const [reply, setReply] = useState('');
  const thread = useQuery({
    queryKey: ['thread', caseId],
    queryFn: async () => {
      const found = await get<Thread>(`/v1/cases/${caseId}/thread`);
      const messages = await Promise.all(
        found.messages.map(async ({ sealed, ...message }) => ({
          ...message,
          text: await openSealed(sealed, keyPair),
        })),
      );
      return { messages, reporterPublicKey: found.reporterPublicKey };
    },
    // Opened texts stay out of the cache once nobody looks at them.
    gcTime: 0,
  });
  const sending = useMutation({
    mutationFn: async () => {
      if (!thread.data) return;
      const sealed = await sealForBoth(reply, keyPair, thread.data.reporterPublicKey);
      await post(`/v1/cases/${caseId}/thread`, { sealed });
    },
    onSuccess: async () => {
      setReply('');
      await client.invalidateQueries();
    },
  });
  return (
    <Stack gap="sm">
      {thread.data?.messages.map((message) => (
        <div key={message.id} className={`thread-message ${message.from}`} data-testid="thread-message">
          <Text size="sm" fw={600}>
            {message.from === 'reporter' ? t('reporter') : t('us')}, {time(message.at)}
          </Text>
          <Text className="revealed">{message.text}</Text>
        </div>
      ))}
      <Textarea
        label={t('reply')}
        autosize
        minRows={3}
        value={reply}
        onChange={(event) => setReply(event.currentTarget.value)}
        data-testid="reply-text"
      />
      <Button
        onClick={() => sending.mutate()}
        loading={sending.isPending}
        disabled={reply.trim() === '' || !thread.data}
        data-testid="reply-send"
      >
        {t('send')}
      </Button>
    </Stack>
  );
}
