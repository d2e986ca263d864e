import { Badge, Card, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { get, type Me } from '../api.ts';
import { ActionButton } from '../dialog.tsx';
import { Facts } from '../facts.tsx';
import { Refusal } from '../refusal.tsx';
import { type Removal, readsRemovals } from '../removals/removals-api.ts';
import { useMe } from '../shell.tsx';
import { type BankContent, type ContentDetail, kindNames, stepsFor, useBankWords } from './banks-api.ts';

function useContent(id: number) {
  return useQuery({
    queryKey: ['bank-content', id],
    queryFn: () => get<ContentDetail>(`/v1/banks/contents/${id}`),
  });
}

/** One content: who added it and when, its hashes, what people decided, and what one may do. */
export function ContentPage() {
  const { b, t } = useBankWords();
  const { id } = useParams({ from: '/banks/contents/$id' });
  const found = useContent(Number(id));
  const me = useMe();
  return (
    <Stack>
      {found.data ? (
        <Link to="/banks/$id" params={{ id: found.data.bankId }}>
          {b('toBank', { name: found.data.bank })}
        </Link>
      ) : (
        <Link to="/banks">{b('back')}</Link>
      )}
      {found.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={found.error} />
      {found.data && me.data && <Content content={found.data} me={me.data} />}
    </Stack>
  );
}

function Content({ content, me }: { content: ContentDetail; me: Me }) {
  const { b, time, adder } = useBankWords();
  const waits = content.status === 'unconfirmed' || content.status === 'disputed';
  const facts: [string, string | null][] = [
    [b('addedAt'), time(content.createdAt)],
    [b('addedBy'), adder(content.addedBy)],
    [b('changedAt'), content.changedAt === content.createdAt ? null : time(content.changedAt)],
    [b('source'), content.source],
    [b('reason'), content.reason],
    [b('note'), content.note],
    [b('disabledUntil'), content.disabledUntil && time(content.disabledUntil)],
    [b('expiresAt'), content.expiresAt && time(content.expiresAt)],
  ];
  return (
    <>
      <Group gap="xs">
        <Title order={1} size="h2">
          {b('content', { n: content.id })}
        </Title>
        <Badge variant="outline" color="#084c4c" radius="sm">
          {b(content.status)}
        </Badge>
      </Group>
      <Card withBorder p="md" data-testid="content-page" data-status={content.status}>
        <Facts facts={facts.flatMap(([name, told]) => (told === null ? [] : [[name, told]]))} wide />
      </Card>
      {content.addedBy.by === 'removal' && readsRemovals(me) && <RequestBehind content={content.id} />}
      {me.role === 'lead' && waits && content.addedBy.you && (
        <Text size="sm" data-testid="second-person">
          {b('secondPerson')}
        </Text>
      )}
      <div>
        <DecideButton content={content} me={me} />
      </div>
      <HashesAndHistory id={content.id} />
    </>
  );
}

/** The way to the request that the content came by. */
function RequestBehind({ content }: { content: number }) {
  const { b } = useBankWords();
  const found = useQuery({
    queryKey: ['removal-of-content', content],
    queryFn: () => get<Removal>(`/v1/removals/contents/${content}`),
  });
  return (
    <>
      <Refusal error={found.error} />
      {found.data && (
        <Link to="/removals/$id" params={{ id: found.data.id }} data-testid="request-behind">
          {b('toRequest', { n: found.data.caseNumber })}
        </Link>
      )}
    </>
  );
}

/** The steps that one may take with a content; nothing when there is none. */
export function DecideButton({ content, me }: { content: BankContent; me: Me }) {
  const { b } = useBankWords();
  const steps = stepsFor(content, me);
  if (steps.length === 0) return null;
  return (
    <ActionButton
      id={`decide-${content.id}`}
      label={b('decide')}
      path={`/v1/banks/contents/${content.id}/steps`}
      variant="default"
      choices={[
        { name: 'step', label: b('step'), options: steps.map((step) => ({ value: step, label: b(step) })) },
      ]}
      text={{ name: 'reason', label: b('why') }}
    />
  );
}

export function HashesAndHistory({ id }: { id: number }) {
  const { b, t, time, count } = useBankWords();
  const found = useContent(id);
  return (
    <div data-testid={`detail-${id}`}>
      {found.isPending && <Loader aria-label={t('loading')} />}
      <Refusal error={found.error} />
      {found.data && (
        <>
          <Text fw={700} mt="xs">
            {b('hashes')}
          </Text>
          <ul className="plain">
            {found.data.signals.map(({ kind, value, quality, seconds }) => (
              <li key={`${kind} ${value} ${seconds}`}>
                <Text size="sm" className="breaks">
                  {kindNames[kind]} {value}
                </Text>
                {(quality !== null || seconds !== null) && (
                  <Text size="sm">
                    {[
                      seconds === null ? [] : b('second', { n: count(seconds) }),
                      quality === null ? [] : b('quality', { n: quality }),
                    ]
                      .flat()
                      .join(' · ')}
                  </Text>
                )}
              </li>
            ))}
          </ul>
          <Text fw={700} mt="xs">
            {b('history')}
          </Text>
          {found.data.steps.length === 0 && <Text size="sm">{b('noSteps')}</Text>}
          <ol className="plain">
            {found.data.steps.map((step) => (
              <li key={`${step.step} ${step.at}`}>
                <Text size="sm" className="wide-words">
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
