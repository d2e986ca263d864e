import type { components, paths } from '@keben/sdk';
import {
  Alert,
  Button,
  Card,
  Group,
  NativeSelect,
  Radio,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Directory, get, post } from '../api.ts';
import { usePageWords } from '../i18n.ts';
import { Refusal } from '../refusal.tsx';
import { useMe } from '../shell.tsx';
import { type FamilyKey, familyTexts } from './texts.ts';

type Supervisors =
  paths['/v1/supervision/supervisors']['get']['responses'][200]['content']['application/json'];
type Suspension = components['schemas']['SupervisionSuspension'];

function useFamilyWords() {
  const { say, ...words } = usePageWords<FamilyKey>(familyTexts);
  return { ...words, f: say };
}

/** Suspending supervisors: staff of a platform see who supervises, a helpline and the police see nothing of it. */
export function FamiliesPage() {
  const { f } = useFamilyWords();
  const me = useMe();
  if (!me.data) return null;
  return (
    <Stack>
      <Title order={1} size="h2">
        {f('families')}
      </Title>
      <Text>{f('about')}</Text>
      <Text>{f('quiet')}</Text>
      <OrderForm ownPlatform={me.data.organisation.kind === 'platform'} />
      <Placed ownPlatform={me.data.organisation.kind === 'platform'} />
    </Stack>
  );
}

function OrderForm({ ownPlatform }: { ownPlatform: boolean }) {
  const { f, time, lang } = useFamilyWords();
  const client = useQueryClient();
  const [platform, setPlatform] = useState('');
  const [account, setAccount] = useState('');
  const [who, setWho] = useState('all');
  const [number, setNumber] = useState('');
  const [basis, setBasis] = useState('helpline');
  const [reference, setReference] = useState('');
  const directory = useQuery({
    queryKey: ['organisations'],
    queryFn: () => get<Directory>('/v1/organisations'),
    enabled: !ownPlatform,
  });
  const platforms = directory.data?.organisations.filter(({ kind }) => kind === 'platform') ?? [];
  const chosen = platform === '' ? (platforms[0]?.id ?? '') : platform;
  const order = useMutation({
    mutationFn: () =>
      post<{ id: string; placedAt: string }>('/v1/supervision/suspensions', {
        ...(ownPlatform ? {} : { platform: chosen }),
        account: account.trim(),
        ...(who === 'one' ? { number } : {}),
        basis,
        reference,
      }),
    onSuccess: async () => {
      setReference('');
      setNumber('');
      await client.invalidateQueries();
    },
  });
  const ready = account.trim() !== '' && reference.trim() !== '' && (who === 'all' || /^\d{4}$/.test(number));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) order.mutate();
  };
  return (
    <Card withBorder p="md" component="form" onSubmit={submit} maw={720}>
      <Stack>
        {!ownPlatform && (
          <NativeSelect
            label={f('platform')}
            data={platforms.map(({ id, name }) => ({ value: id, label: name[lang] }))}
            value={chosen}
            onChange={(event) => setPlatform(event.currentTarget.value)}
            data-testid="family-platform"
          />
        )}
        <TextInput
          label={f('account')}
          required
          maxLength={128}
          autoComplete="off"
          value={account}
          onChange={(event) => {
            setAccount(event.currentTarget.value);
            order.reset();
          }}
          data-testid="family-account"
        />
        {ownPlatform && <Supervisors account={account.trim()} />}
        <Radio.Group label={f('who')} value={who} onChange={setWho}>
          <Stack gap="xs" mt="xs">
            <Radio value="all" label={f('all')} />
            <Radio value="one" label={f('one')} data-testid="family-one" />
          </Stack>
        </Radio.Group>
        {who === 'one' && (
          <TextInput
            label={f('open')}
            description={f('numberHint')}
            inputMode="numeric"
            maxLength={4}
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
            data-testid="family-number"
          />
        )}
        <NativeSelect
          label={f('basis')}
          data={[
            { value: 'helpline', label: f('helpline') },
            { value: 'court', label: f('court') },
          ]}
          value={basis}
          onChange={(event) => setBasis(event.currentTarget.value)}
        />
        <TextInput
          label={f('reference')}
          description={f('referenceHint')}
          required
          maxLength={80}
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
          data-testid="family-reference"
        />
        <Refusal error={order.error} />
        {order.data && (
          <Alert color="teal" role="status" data-testid="family-done">
            {f('done', { time: time(order.data.placedAt) })}
          </Alert>
        )}
        <Group>
          <Button
            type="submit"
            color="red.9"
            loading={order.isPending}
            disabled={!ready}
            data-testid="family-suspend"
          >
            {f('suspend')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

/** Each look is written to the audit log, so it takes a press. */
function Supervisors({ account }: { account: string }) {
  const { f, time } = useFamilyWords();
  const [looked, setLooked] = useState('');
  const found = useQuery({
    queryKey: ['supervisors', looked],
    queryFn: () => get<Supervisors>(`/v1/supervision/supervisors?account=${encodeURIComponent(looked)}`),
    enabled: looked !== '',
    staleTime: 60_000,
  });
  return (
    <div>
      <Button
        variant="default"
        disabled={account === ''}
        onClick={() => setLooked(account)}
        data-testid="family-look"
      >
        {f('look')}
      </Button>
      {looked === account && found.data?.supervisors.length === 0 && <Text mt="sm">{f('nobody')}</Text>}
      {looked === account && found.data && found.data.supervisors.length > 0 && (
        <table className="figures" data-testid="family-supervisors">
          <thead>
            <tr>
              <th scope="col">{f('number')}</th>
              <th scope="col">{f('label')}</th>
              <th scope="col">{f('state')}</th>
              <th scope="col">{f('since')}</th>
            </tr>
          </thead>
          <tbody>
            {found.data.supervisors.map((one) => (
              <tr key={one.id} data-state={one.state}>
                <td>{one.number}</td>
                <td>{one.label}</td>
                <td>{f(one.state)}</td>
                <td>{time(one.since)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Placed({ ownPlatform }: { ownPlatform: boolean }) {
  const { f, t, time } = useFamilyWords();
  const client = useQueryClient();
  const found = useQuery({
    queryKey: ['suspensions'],
    queryFn: () => get<{ suspensions: Suspension[] }>('/v1/supervision/suspensions'),
  });
  const lift = useMutation({
    mutationFn: (id: string) => post(`/v1/supervision/suspensions/${id}/lift`),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <section>
      <Title order={2} size="h3" mb="sm">
        {f('placed')}
      </Title>
      {found.data?.suspensions.length === 0 && <Text>{f('none')}</Text>}
      {lift.error && (
        <Alert color="red" title={t('problem')} role="alert">
          {lift.error.message}
        </Alert>
      )}
      <ul className="rows">
        {found.data?.suspensions.map((one) => (
          <li key={one.id}>
            <Card withBorder p="md" data-testid="suspension">
              <Group justify="space-between" align="flex-start">
                <div>
                  <Text fw={700}>{one.account}</Text>
                  <Text size="sm">
                    {f(one.basis)} · {one.reference}
                    {ownPlatform && one.supervision !== null ? ` · ${f('onlyOne')}` : ''}
                  </Text>
                  <Text size="sm">
                    {f('placedAt')}: {time(one.placedAt)}
                    {one.liftedAt !== null && ` · ${f('lifted', { time: time(one.liftedAt) })}`}
                  </Text>
                </div>
                {one.liftedAt === null && (
                  <div>
                    <Button
                      variant="default"
                      loading={lift.isPending && lift.variables === one.id}
                      onClick={() => lift.mutate(one.id)}
                      data-testid="suspension-lift"
                    >
                      {f('lift')}
                    </Button>
                    <Text size="sm" maw={260} mt={4}>
                      {f('liftAbout')}
                    </Text>
                  </div>
                )}
              </Group>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  );
}
