import { Card, Group, Loader, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type CaseSummary, get } from './api.ts';
import { useWords } from './i18n.ts';
import { GenerativeAiMark, LevelMark, StateMark, UrgencyMark, useCueName } from './marks.tsx';

/** The queue: most urgent first, then by deadline. */
export function Queue() {
  const { t } = useWords();
  const [which, setWhich] = useState('open');
  const cases = useQuery({
    queryKey: ['cases', which],
    queryFn: () => get<{ cases: CaseSummary[] }>(`/v1/cases?state=${which}`),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('queue')}
        </Title>
        <SegmentedControl
          aria-label={t('state')}
          value={which}
          onChange={setWhich}
          data={[
            { value: 'open', label: t('open') },
            { value: 'closed', label: t('closed') },
            { value: 'all', label: t('all') },
          ]}
        />
      </Group>
      {cases.isPending && <Loader aria-label={t('loading')} />}
      {cases.data?.cases.length === 0 && <Text>{t('empty')}</Text>}
      <ul className="rows">
        {cases.data?.cases.map((one) => (
          <li key={one.id}>
            <Row one={one} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Row({ one }: { one: CaseSummary }) {
  const { t, value, time } = useWords();
  const cueName = useCueName();
  const late = one.deadline !== null && one.state !== 'closed' && new Date(one.deadline.at) < new Date();
  return (
    <Card withBorder p="md" className={`case-row urgency-${one.urgency}`}>
      <Link to="/cases/$id" params={{ id: one.id }} data-testid="case-row" data-subject={one.subject?.id}>
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <UrgencyMark urgency={one.urgency} />
          <div>
            <Group gap="xs">
              <Text fw={700}>{one.number}</Text>
              <Text fw={600}>{one.harm === null ? value(one.kind) : value(one.harm)}</Text>
              <LevelMark level={one.level} />
              <StateMark state={one.state} />
              <GenerativeAiMark set={one.generativeAi} />
            </Group>
            <Text size="sm">
              {one.subject ? `${one.subject.id} (${value(one.subject.ageBand)})` : value(one.kind)}
              {one.counterpart?.id ? ` → ${one.counterpart.id} (${value(one.counterpart.ageBand)})` : ''}
            </Text>
            <Text size="sm">{one.cues.slice(0, 3).map(cueName).join(' · ')}</Text>
            <Text size="sm" className={late ? 'late' : 'on-time'}>
              {one.deadline
                ? `${t('deadline')}: ${time(one.deadline.at)}${late ? ` (${t('overdue')})` : ''} · `
                : ''}
              {one.assignee ? one.assignee.name : t('nobody')}
            </Text>
          </div>
        </Group>
      </Link>
    </Card>
  );
}
