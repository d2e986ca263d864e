import { Badge, Button, Card, Group, Loader, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { get, type Me } from '../api.ts';
import { ActionButton } from '../dialog.tsx';
import { Facts } from '../facts.tsx';
import { Refusal } from '../refusal.tsx';
import { useMe } from '../shell.tsx';
import { AddHashes } from './add-hashes.tsx';
import {
  addsToBanks,
  type BankContent,
  type ContentDetail,
  type ContentStatus,
  type Contents,
  statuses,
  stepsFor,
  useBanks,
  useBankWords,
} from './banks-api.ts';
import { BankFacts } from './banks-page.tsx';

/** One bank: its settings, its contents by status, and what one may do with them. */
export function BankPage() {
  const { b, t, count } = useBankWords();
  const { id } = useParams({ from: '/banks/$id' });
  const me = useMe();
  const banks = useBanks();
  const bank = banks.data?.banks.find((one) => one.id === id);
  return (
    <Stack>
      <Link to="/banks">{b('back')}</Link>
      {banks.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={banks.error} />
      {bank && me.data && (
        <>
          <Title order={1} size="h2">
            {bank.name}
          </Title>
          <Card withBorder p="md">
            <BankFacts bank={bank} />
            <Facts
              facts={[
                [b('threshold'), b('bits', { n: bank.threshold })],
                [b('share'), `${count(Math.round(100 * bank.enabledRatio))} %`],
                [b('kept'), bank.retentionDays === null ? b('always') : b('days', { n: bank.retentionDays })],
              ]}
            />
            <Text size="sm" mt="sm">
              {bank.reason}
            </Text>
          </Card>
          {addsToBanks(me.data) && <AddHashes bank={bank.id} />}
          <ContentList bank={bank.id} me={me.data} />
        </>
      )}
    </Stack>
  );
}

function ContentList({ bank, me }: { bank: string; me: Me }) {
  const { b, t } = useBankWords();
  const [status, setStatus] = useState<ContentStatus | 'all'>('all');
  const found = useInfiniteQuery({
    queryKey: ['bank-contents', bank, status],
    queryFn: ({ pageParam }) =>
      get<Contents>(
        `/v1/banks/${bank}/contents?after=${pageParam}${status === 'all' ? '' : `&status=${status}`}`,
      ),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const contents = found.data?.pages.flatMap((page) => page.contents);
  return (
    <>
      <Title order={2} size="h4">
        {b('contents')}
      </Title>
      <SegmentedControl
        aria-label={b('contents')}
        value={status}
        onChange={(chosen) => setStatus(statuses.find((one) => one === chosen) ?? 'all')}
        data={(['all', ...statuses] as const).map((one) => ({ value: one, label: b(one) }))}
        className="wraps"
        data-testid="contents-status"
      />
      {found.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={found.error} />
      {contents?.length === 0 && <Text data-testid="contents-empty">{b('noContents')}</Text>}
      <ul className="rows">
        {contents?.map((content) => (
          <li key={content.id}>
            <ContentRow content={content} me={me} />
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {b('more')}
        </Button>
      )}
    </>
  );
}

function ContentRow({ content, me }: { content: BankContent; me: Me }) {
  const { b, time } = useBankWords();
  const [open, setOpen] = useState(false);
  const steps = stepsFor(content.status, me);
  return (
    <Card withBorder p="md" data-testid="content" data-id={content.id} data-status={content.status}>
      <Group gap="xs">
        <Text fw={700}>{b('content', { n: content.id })}</Text>
        <Badge variant="outline" color="#084c4c" radius="sm">
          {b(content.status)}
        </Badge>
      </Group>
      <Text size="sm">
        {b('since', { time: time(content.createdAt) })}
        {content.reason === null ? '' : ` · ${content.reason}`}
      </Text>
      <Group gap="xs" mt="xs">
        {steps.length > 0 && (
          <ActionButton
            id={`decide-${content.id}`}
            label={b('decide')}
            path={`/v1/banks/contents/${content.id}/steps`}
            variant="default"
            choices={[
              {
                name: 'step',
                label: b('step'),
                options: steps.map((step) => ({ value: step, label: b(step) })),
              },
            ]}
            text={{ name: 'reason', label: b('why') }}
          />
        )}
        <Button
          variant="subtle"
          color="#084c4c"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          data-testid={`details-${content.id}`}
        >
          {b('details')}
        </Button>
      </Group>
      {open && <Details id={content.id} />}
    </Card>
  );
}

function Details({ id }: { id: number }) {
  const { b, t, time } = useBankWords();
  const found = useQuery({
    queryKey: ['bank-content', id],
    queryFn: () => get<ContentDetail>(`/v1/banks/contents/${id}`),
  });
  return (
    <div data-testid={`detail-${id}`}>
      {found.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={found.error} />
      <ul className="plain">
        {found.data?.signals.map(({ kind, value }) => (
          <li key={`${kind} ${value}`}>
            <Text size="sm" className="breaks">
              {kind.toUpperCase()} {value}
            </Text>
          </li>
        ))}
      </ul>
      {found.data && found.data.steps.length > 0 && (
        <>
          <Text size="sm" fw={700}>
            {b('history')}
          </Text>
          <ol className="plain">
            {found.data.steps.map((step) => (
              <li key={`${step.step} ${step.at}`}>
                <Text size="sm">
                  {time(step.at)} · {step.actor}: {b(step.step)} ({step.reason})
                </Text>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
