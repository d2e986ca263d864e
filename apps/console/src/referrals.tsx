import { Card, Group, Loader, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, type Referral } from './api.ts';
import { useWords } from './i18n.ts';
import { LevelMark, StateMark, UrgencyMark } from './marks.tsx';
import { useMe } from './shell.tsx';

/** Referrals received and sent. */
export function Referrals() {
  const { t, value, time, lang } = useWords();
  const me = useMe();
  const platform = me.data?.organisation.kind === 'platform';
  const [chosen, setChosen] = useState<string>();
  const box = chosen ?? (platform ? 'out' : 'in');
  const found = useQuery({
    queryKey: ['referrals', box],
    queryFn: () => get<{ referrals: Referral[] }>(`/v1/referrals?box=${box}`),
  });
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('referrals')}
        </Title>
        <SegmentedControl
          aria-label={t('referrals')}
          value={box}
          onChange={setChosen}
          data={[
            { value: 'in', label: t('inbox') },
            { value: 'out', label: t('outbox') },
          ]}
        />
      </Group>
      {found.isPending && <Loader aria-label={t('loading')} />}
      {found.data?.referrals.length === 0 && <Text>{t('emptyReferrals')}</Text>}
      <ul className="rows">
        {found.data?.referrals.map((one) => (
          <li key={one.id}>
            <Card withBorder p="md" className="case-row">
              <Link to="/referrals/$id" params={{ id: one.id }} data-testid="referral-row">
                <Group gap="sm" wrap="nowrap" align="flex-start">
                  <UrgencyMark urgency={one.summary.urgency} />
                  <div>
                    <Group gap="xs">
                      <Text fw={700}>{one.caseNumber}</Text>
                      <Text fw={600}>{one.summary.harm === null ? '' : value(one.summary.harm)}</Text>
                      <LevelMark level={one.summary.level} />
                      <StateMark state={one.state} />
                    </Group>
                    <Text size="sm">
                      {box === 'in'
                        ? `${t('from')}: ${one.from.name[lang]}`
                        : `${t('to')}: ${one.to.name[lang]}`}
                    </Text>
                    <Text size="sm">
                      {t('due')}: {time(one.dueAt)}
                    </Text>
                  </div>
                </Group>
              </Link>
            </Card>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
