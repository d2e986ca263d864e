import { Alert, Button, Card, Group, Stack, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { readLines, useBankWords } from './banks-api.ts';
import { Done } from './banks-page.tsx';

/** Puts hashes into a bank: all lines or none. */
export function AddHashes({ bank }: { bank: string }) {
  const { b } = useBankWords();
  const client = useQueryClient();
  const [lines, setLines] = useState('');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string>();
  const add = useMutation({
    mutationFn: async (signals: { kind: string; value: string }[]) => {
      const contents = signals.map((signal) => ({ signals: [signal], reason }));
      const { ids, added } = await post<{ ids: number[]; added: number }>(`/v1/banks/${bank}/contents`, {
        contents,
      });
      return { added, known: ids.length - added };
    },
    onSuccess: async () => {
      setLines('');
      setReason('');
      await client.invalidateQueries();
    },
  });
  const submit = () => {
    add.reset();
    const read = readLines(lines);
    if ('bad' in read) return setProblem(b('badLine', { n: read.bad }));
    if (read.length === 0) return setProblem(b('noLines'));
    setProblem(undefined);
    add.mutate(read);
  };
  return (
    <Card withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {b('add')}
        </Title>
        <Textarea
          label={b('lines')}
          description={b('linesHint')}
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          value={lines}
          onChange={(event) => setLines(event.currentTarget.value)}
          data-testid="add-lines"
        />
        <TextInput
          label={b('whyAdd')}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-testid="add-reason"
        />
        {problem !== undefined && (
          <Alert color="red" role="alert" data-testid="add-problem">
            {problem}
          </Alert>
        )}
        <Refusal error={add.error} />
        {add.data && <Done>{b('added', { n: add.data.added, known: add.data.known })}</Done>}
        <Group>
          <Button
            loading={add.isPending}
            disabled={reason.trim() === ''}
            onClick={submit}
            data-testid="add-send"
          >
            {b('add')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
