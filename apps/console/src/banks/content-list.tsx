import { Badge, Button, Card, Checkbox, Group, Loader, SegmentedControl, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, type Me } from '../api.ts';
import { ActionButton } from '../dialog.tsx';
import { Refusal } from '../refusal.tsx';
import {
  addsToBanks,
  type BankContent,
  type ContentStatus,
  type Contents,
  statuses,
  stepsFor,
  useBankWords,
} from './banks-api.ts';
import { DecideButton, HashesAndHistory } from './content-page.tsx';

/** The server takes so many at a time (detect/media/banks/decide-content.ts). */
const MOST_STEPS = 200;

/** Contents of a bank by status, one by one or many at a time. */
export function ContentList({ bank, me }: { bank: string; me: Me }) {
  const { b, t } = useBankWords();
  const [status, setStatus] = useState<ContentStatus | 'all'>('all');
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const found = useInfiniteQuery({
    queryKey: ['bank-contents', bank, status],
    queryFn: ({ pageParam }) =>
      get<Contents>(
        `/v1/banks/${bank}/contents?after=${pageParam}${status === 'all' ? '' : `&status=${status}`}`,
      ),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const contents = found.data?.pages.flatMap((page) => page.contents) ?? [];
  // What left the list, by somebody else's step or by the filter, is not decided about unseen.
  const picked = contents.filter(({ id }) => chosen.has(id));
  const choose = (id: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <>
      <Title order={2} size="h4">
        {b('contents')}
      </Title>
      <SegmentedControl
        aria-label={b('contents')}
        value={status}
        onChange={(one) => setStatus(statuses.find((known) => known === one) ?? 'all')}
        data={(['all', ...statuses] as const).map((one) => ({ value: one, label: b(one) }))}
        className="wraps"
        data-testid="contents-status"
      />
      {found.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={found.error} />
      {found.data && contents.length === 0 && <Text data-testid="contents-empty">{b('noContents')}</Text>}
      {addsToBanks(me) && contents.length > 1 && (
        <Checkbox
          label={b('chooseAll', { n: contents.length })}
          checked={picked.length === contents.length}
          indeterminate={picked.length > 0 && picked.length < contents.length}
          onChange={({ currentTarget: { checked } }) =>
            setChosen(new Set(checked ? contents.map(({ id }) => id) : []))
          }
          data-testid="choose-all"
        />
      )}
      <ul className="rows">
        {contents.map((content) => (
          <li key={content.id}>
            <ContentRow
              content={content}
              me={me}
              chosen={chosen.has(content.id)}
              onChoose={(on) => choose(content.id, on)}
            />
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
      {picked.length > 0 && <Chosen contents={picked} me={me} onDone={() => setChosen(new Set())} />}
    </>
  );
}

/** What can be done with all that are chosen. */
function Chosen({ contents, me, onDone }: { contents: BankContent[]; me: Me; onDone: () => void }) {
  const { b, count } = useBankWords();
  const [first, ...others] = contents.map((content) => stepsFor(content, me));
  const steps = (first ?? []).filter((step) => others.every((own) => own.includes(step)));
  const n = count(contents.length);
  const tooMany = contents.length > MOST_STEPS;
  return (
    <Card
      withBorder
      p="md"
      className="chosen"
      role="region"
      aria-label={b('chosen', { n })}
      data-testid="chosen"
    >
      <Group gap="sm">
        <Text fw={700}>{b('chosen', { n })}</Text>
        {tooMany && <Text size="sm">{b('tooManyChosen', { most: MOST_STEPS })}</Text>}
        {!tooMany && steps.length === 0 && <Text size="sm">{b('noCommonStep')}</Text>}
        {!tooMany && steps.length > 0 && (
          <ActionButton
            id="decide-all"
            label={b('decideAll', { n })}
            path="/v1/banks/contents/steps"
            choices={[
              {
                name: 'step',
                label: b('step'),
                options: steps.map((step) => ({ value: step, label: b(step) })),
              },
            ]}
            text={{ name: 'reason', label: b('why'), hint: b('allOrNone') }}
            more={{ contents: contents.map(({ id }) => id) }}
            onDone={onDone}
          />
        )}
        <Button variant="default" onClick={onDone} data-testid="choose-none">
          {b('chooseNone')}
        </Button>
      </Group>
    </Card>
  );
}

interface RowProps {
  content: BankContent;
  me: Me;
  chosen: boolean;
  onChoose: (on: boolean) => void;
}

function ContentRow({ content, me, chosen, onChoose }: RowProps) {
  const { b, time, adder } = useBankWords();
  const [open, setOpen] = useState(false);
  return (
    <Card withBorder p="md" data-testid="content" data-id={content.id} data-status={content.status}>
      <Group gap="xs">
        {addsToBanks(me) && (
          <Checkbox
            aria-label={b('choose', { n: content.id })}
            checked={chosen}
            onChange={({ currentTarget: { checked } }) => onChoose(checked)}
            data-testid={`choose-${content.id}`}
          />
        )}
        <Link to="/banks/contents/$id" params={{ id: String(content.id) }} className="strong">
          {b('content', { n: content.id })}
        </Link>
        <Badge variant="outline" color="#084c4c" radius="sm">
          {b(content.status)}
        </Badge>
      </Group>
      <Text size="sm" className="wide-words">
        {b('since', { time: time(content.createdAt), who: adder(content.addedBy) })}
        {content.reason === null ? '' : ` · ${content.reason}`}
      </Text>
      <Group gap="xs" mt="xs">
        <DecideButton content={content} me={me} />
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
      {open && <HashesAndHistory id={content.id} />}
    </Card>
  );
}
