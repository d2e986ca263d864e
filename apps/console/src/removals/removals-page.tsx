import {
  Alert,
  Anchor,
  Badge,
  Card,
  Group,
  Loader,
  SegmentedControl,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Facts } from '../facts.tsx';
import { useMe } from '../shell.tsx';
import {
  exportsRemovals,
  type Removal,
  type RemovalState,
  states,
  useRemovals,
  useRemovalWords,
} from './removals-api.ts';

/** Requests to take pictures down, by state; never a hash, never a picture. */
export function RemovalsPage() {
  const { r, t } = useRemovalWords();
  const me = useMe();
  const [state, setState] = useState<RemovalState>('received');
  const found = useRemovals(state);
  return (
    <Stack>
      <Title order={1} size="h2">
        {r('title')}
      </Title>
      <Text>{r('about')}</Text>
      <Alert color="teal" role="note">
        {r('caution')}
      </Alert>
      <SegmentedControl
        aria-label={r('title')}
        value={state}
        onChange={(chosen) => setState(states.find((one) => one === chosen) ?? 'received')}
        data={states.map((one) => ({ value: one, label: r(`state.${one}`) }))}
        className="wraps"
        data-testid="removals-state"
      />
      {state === 'confirmed' && me.data && exportsRemovals(me.data) && (
        <div>
          <Anchor href="/v1/removals/export" download="removals.ndjson" data-testid="removals-export">
            {r('export')}
          </Anchor>
          <Text size="sm">{r('exportHint')}</Text>
        </div>
      )}
      {found.isPending && <Loader aria-label={t('loading')} />}
      {found.error && (
        <Alert color="red" title={t('problem')} role="alert">
          {found.error.message}
        </Alert>
      )}
      {found.data?.removals.length === 0 && <Text data-testid="removals-empty">{r('empty')}</Text>}
      <ul className="rows">
        {found.data?.removals.map((one) => (
          <li key={one.id}>
            <Row removal={one} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Row({ removal }: { removal: Removal }) {
  const { r } = useRemovalWords();
  return (
    <Card
      withBorder
      p="md"
      className={isUrgent(removal) ? 'case-row urgency-1' : 'case-row'}
      data-testid="removal"
      data-number={removal.caseNumber}
      data-state={removal.state}
    >
      <Link to="/removals/$id" params={{ id: removal.id }}>
        <Group gap="xs">
          <Text fw={700}>{r('number', { n: removal.caseNumber })}</Text>
          <RemovalMarks removal={removal} />
        </Group>
        <RemovalFacts removal={removal} />
      </Link>
    </Card>
  );
}

const isUrgent = ({ ageBand, state }: Removal) => ageBand === 'under-13' && state === 'received';

export function RemovalMarks({ removal }: { removal: Removal }) {
  const { r } = useRemovalWords();
  return (
    <>
      {isUrgent(removal) && (
        <Badge color="#b3261e" autoContrast={false} radius="sm" data-testid="removal-first">
          {r('first')}
        </Badge>
      )}
      <Badge variant="outline" color="#084c4c" radius="sm">
        {r(`state.${removal.state}`)}
      </Badge>
    </>
  );
}

/** What the sender said, and how long it waits. */
export function RemovalFacts({ removal }: { removal: Removal }) {
  const { r, value, time, count, waited, platform } = useRemovalWords();
  const facts: [string, string][] = [
    [r('age'), value(removal.ageBand)],
    [r('pictures'), count(removal.pictures)],
    [r('films'), count(removal.films)],
    [r('platforms'), removal.platforms.map(platform).join(', ')],
    [r('received'), time(removal.receivedAt)],
    removal.state === 'received'
      ? [r('waited'), waited(removal.receivedAt)]
      : [r('changed'), time(removal.changedAt)],
  ];
  if (removal.reason !== null) facts.push([r('why'), r(`reason.${removal.reason}`)]);
  return <Facts facts={facts} />;
}
