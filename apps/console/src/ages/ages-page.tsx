import { Alert, Badge, Card, Group, Loader, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { LevelMark } from '../marks.tsx';
import { type AgeClaim, useAgeClaims, useAgeWords } from './ages-api.ts';
import { DecideButton } from './decide-button.tsx';
import type { AgeText } from './texts.ts';

/** Ages in doubt: who told another age without proof, and the decision about it. */
export function AgesPage() {
  const { a, t } = useAgeWords();
  const [state, setState] = useState<'open' | 'closed'>('open');
  const found = useAgeClaims(state);
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {a('title')}
        </Title>
        <SegmentedControl
          aria-label={a('title')}
          value={state}
          onChange={(chosen) => setState(chosen === 'closed' ? 'closed' : 'open')}
          data={[
            { value: 'open', label: a('open') },
            { value: 'closed', label: a('closed') },
          ]}
          data-testid="ages-state"
        />
      </Group>
      <Text>{a('about')}</Text>
      <Alert color="teal" role="note">
        {a('caution')}
      </Alert>
      {found.isPending && <Loader aria-label={t('loading')} />}
      {found.error && (
        <Alert color="red" title={t('problem')} role="alert">
          {found.error.message}
        </Alert>
      )}
      {found.data?.claims.length === 0 && (
        <Text data-testid="ages-empty">{a(state === 'open' ? 'emptyOpen' : 'emptyClosed')}</Text>
      )}
      <ul className="rows">
        {found.data?.claims.map((claim) => (
          <li key={claim.id}>
            <Claim claim={claim} mayDecide={found.data.mayDecide} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Claim({ claim, mayDecide }: { claim: AgeClaim; mayDecide: boolean }) {
  const { a, value, time } = useAgeWords();
  const facts: [AgeText, string][] = [
    ['before', value(claim.from)],
    ['told', value(claim.to)],
    [
      'how',
      `${a(`by.${claim.assurance}` as AgeText)}, ${a('sure', { n: Math.round(claim.confidence * 100) })}`,
    ],
    ['minors', String(claim.minorContacts)],
    ['risk', value(claim.risk)],
    ['when', time(claim.at)],
  ];
  if (claim.decidedAt) facts.push(['decided', time(claim.decidedAt)]);
  if (claim.decidedBy) facts.push(['by', claim.decidedBy]);
  return (
    <Card
      withBorder
      p="md"
      className={claim.urgent ? 'case-row urgency-2' : 'case-row'}
      data-testid="age-claim"
      data-account={claim.account}
      data-state={claim.state}
    >
      <Group gap="xs">
        <Title order={2} size="h4" className="account">
          {claim.account}
        </Title>
        <Text fw={600}>{a(claim.kind)}</Text>
        {claim.urgent && (
          <Badge color="#b3261e" autoContrast={false} radius="sm" data-testid="age-first">
            {a('first')}
          </Badge>
        )}
        <LevelMark level={claim.risk} />
        {claim.state !== 'open' && (
          <Badge variant="outline" color="#084c4c" radius="sm">
            {a(`state.${claim.state}`)}
          </Badge>
        )}
      </Group>
      <dl className="facts short">
        {facts.map(([name, told]) => (
          <div key={name}>
            <dt>{a(name)}</dt>
            <dd>{told}</dd>
          </div>
        ))}
      </dl>
      {claim.note !== null && (
        <Text mt="sm" className="revealed">
          {a('note')}: {claim.note}
        </Text>
      )}
      {claim.state === 'open' && mayDecide && (
        <Group mt="md" gap="sm">
          <DecideButton claim={claim} outcome="confirm" />
          <DecideButton claim={claim} outcome="refuse" />
        </Group>
      )}
    </Card>
  );
}
