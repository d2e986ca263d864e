import {
  Alert,
  Badge,
  Button,
  Card,
  Group,
  Loader,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { post } from '../api.ts';
import { Facts } from '../facts.tsx';
import { Refusal } from '../refusal.tsx';
import { useMe } from '../shell.tsx';
import {
  actions,
  type HashBank,
  kindNames,
  managesBanks,
  statuses,
  useBanks,
  useBankWords,
} from './banks-api.ts';

/** All hash banks of the organisation, and how fresh what they are compared by is. */
export function BanksPage() {
  const { b, t, time, count } = useBankWords();
  const me = useMe();
  const found = useBanks();
  const index = found.data?.index ?? [];
  const oldest = index.map(({ asOf }) => asOf).sort()[0];
  return (
    <Stack>
      <Title order={1} size="h2">
        {b('title')}
      </Title>
      <Text>{b('about')}</Text>
      <Link to="/banks/look-up" data-testid="to-look-up">
        {b('toLookUp')}
      </Link>
      {found.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={found.error} />
      {found.data && (
        <Text size="sm" data-testid="banks-fresh">
          {oldest
            ? b('fresh', { n: count(index.reduce((sum, { size }) => sum + size, 0)), time: time(oldest) })
            : b('building')}
        </Text>
      )}
      {found.data?.banks.length === 0 && <Text data-testid="banks-empty">{b('empty')}</Text>}
      <ul className="rows">
        {found.data?.banks.map((bank) => (
          <li key={bank.id}>
            <Card withBorder p="md" className="case-row" data-testid="bank" data-name={bank.name}>
              <Link to="/banks/$id" params={{ id: bank.id }}>
                <Group gap="xs">
                  <Text fw={700}>{bank.name}</Text>
                  {bank.generativeAi && (
                    <Badge variant="outline" color="#084c4c" radius="sm">
                      {b('ai')}
                    </Badge>
                  )}
                </Group>
                <BankFacts bank={bank} />
              </Link>
            </Card>
          </li>
        ))}
      </ul>
      {me.data && managesBanks(me.data) && <NewBank />}
    </Stack>
  );
}

/** What a bank is, and what it holds. */
export function BankFacts({ bank, more = [] }: { bank: HashBank; more?: [string, string][] }) {
  const { b, count } = useBankWords();
  const held = statuses
    .filter((status) => (bank.contents[status] ?? 0) > 0)
    .map((status) => `${b(status)}: ${count(bank.contents[status] ?? 0)}`);
  const kinds = Object.entries(kindNames).flatMap(([kind, name]) =>
    bank.signals[kind] ? [`${name}: ${count(bank.signals[kind])}`] : [],
  );
  const facts: [string, string][] = [
    [b('source'), bank.source],
    [b('action'), b(`action.${bank.action}`)],
    [b('holds'), held.join(' · ') || '0'],
    [b('signals'), kinds.join(' · ') || '0'],
    ...more,
  ];
  return <Facts facts={facts} wide />;
}

function NewBank() {
  const { b } = useBankWords();
  const client = useQueryClient();
  const [action, setAction] = useState<HashBank['action']>('hold');
  const make = useMutation({
    mutationFn: (form: FormData) => post('/v1/banks', { ...Object.fromEntries(form), action }),
    onSuccess: () => client.invalidateQueries(),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    make.mutate(new FormData(form), { onSuccess: () => form.reset() });
  };
  return (
    <Card withBorder p="md">
      <form onSubmit={submit} data-testid="new-bank">
        <Stack gap="sm">
          <Title order={2} size="h4">
            {b('newBank')}
          </Title>
          <TextInput name="name" label={b('name')} required maxLength={120} />
          <TextInput name="source" label={b('source')} required maxLength={500} />
          <TextInput name="reason" label={b('reason')} required maxLength={500} />
          <Select
            label={b('action')}
            data={actions.map((one) => ({ value: one, label: b(`action.${one}`) }))}
            value={action}
            onChange={(value) => setAction(actions.find((one) => one === value) ?? 'hold')}
            allowDeselect={false}
            data-testid="new-bank-action"
          />
          <Refusal error={make.error} />
          <Group>
            <Button type="submit" loading={make.isPending} data-testid="new-bank-make">
              {b('make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

/** The sentence that something went well. */
export function Done({ children }: { children: string }) {
  return (
    <Alert color="teal" role="status">
      {children}
    </Alert>
  );
}
