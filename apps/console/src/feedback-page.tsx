import { Alert, Card, Group, Loader, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Feedback, get, type PrecisionRow, type Tally } from './api.ts';
import { useWords } from './i18n.ts';
import { IntervalChart } from './interval-chart.tsx';
import { useCueName } from './marks.tsx';

const CHARTED = 12;

/** How often people agreed with detection: the whole, by cue, by rule, by level and by month. */
export function FeedbackPage() {
  const { t, value } = useWords();
  const cueName = useCueName();
  const [months, setMonths] = useState('12');
  const found = useQuery({
    queryKey: ['feedback', months],
    queryFn: () => get<Feedback>(`/v1/feedback?months=${months}`),
  });
  const report = found.data;
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Title order={1} size="h2">
          {t('feedback')}
        </Title>
        <Select
          label={t('period')}
          data={['1', '3', '12', '36'].map((count) => ({ value: count, label: t('months', { count }) }))}
          value={months}
          onChange={(chosen) => setMonths(chosen ?? '12')}
          allowDeselect={false}
          data-testid="period"
        />
      </Group>
      <Text>{t('feedbackAbout')}</Text>
      {found.isPending && <Loader aria-label={t('loading')} />}
      {found.error && (
        <Alert color="red" title={t('problem')}>
          {found.error.message}
        </Alert>
      )}
      {report && report.reasons.length === 0 && <Text data-testid="no-labels">{t('noLabels')}</Text>}
      {report && report.reasons.length > 0 && (
        <>
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Panel title={t('overall')}>
              <Share tally={report.detected} />
              <Text size="sm">
                {t('decisions')}: {counts(report.detected)}
              </Text>
              <Parts row={report.detected} />
            </Panel>
            <Panel title={t('whyClosed')}>
              <table className="figures">
                <tbody>
                  {report.reasons.map(({ outcome, reason, count }) => (
                    <tr key={reason}>
                      <th scope="row">
                        {value(outcome)}: {value(reason)}
                      </th>
                      <td>{count}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Panel>
          </SimpleGrid>
          <Panel title={t('byCue')}>
            <IntervalChart
              rows={report.cues
                .slice(0, CHARTED)
                .flatMap(({ id, precision }) => (precision ? [{ name: cueName(id), ...precision }] : []))}
            />
            <PrecisionTable rows={report.cues} nameOf={cueName} id="cues" />
          </Panel>
          {report.rules.length > 0 && (
            <Panel title={t('byRule')}>
              <PrecisionTable rows={report.rules} nameOf={(rule) => rule} id="rules" />
            </Panel>
          )}
        </>
      )}
    </Stack>
  );
}

function Panel({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </Card>
  );
}

const counts = ({ confirmed, dismissed, undecided }: Tally) => `${confirmed} / ${dismissed} / ${undecided}`;

function Share({ tally }: { tally: Tally }) {
  const { t } = useWords();
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  const { precision } = tally;
  if (!precision) return <span>–</span>;
  return (
    <span>
      <strong>{percent(precision.value)}</strong>{' '}
      <small>({t('interval', { low: percent(precision.low), high: percent(precision.high) })})</small>
    </span>
  );
}

function PrecisionTable({
  rows,
  nameOf,
  id,
}: {
  rows: PrecisionRow[];
  nameOf: (id: string) => string;
  id: string;
}) {
  const { t } = useWords();
  return (
    <table className="figures" data-testid={`precision-${id}`}>
      <thead>
        <tr>
          <th scope="col">{t('name')}</th>
          <th scope="col">{t('precision')}</th>
          <th scope="col">{t('decisions')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-id={row.id}>
            <th scope="row">
              <details>
                <summary>{nameOf(row.id)}</summary>
                <Parts row={row} />
              </details>
            </th>
            <td>
              <Share tally={row} />
            </td>
            <td>{counts(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same counts by level and by month. */
function Parts({ row }: { row: PrecisionRow }) {
  const { t, value } = useWords();
  const parts: [string, { name: string; tally: Tally }[]][] = [
    [t('byLevel'), row.levels.map((tally) => ({ name: value(tally.level), tally }))],
    [t('byMonth'), row.months.map((tally) => ({ name: tally.month, tally }))],
  ];
  return (
    <div className="parts">
      {parts.map(([title, items]) => (
        <div key={title}>
          <Text size="sm" fw={600}>
            {title}
          </Text>
          <ul>
            {items.map(({ name, tally }) => (
              <li key={name}>
                {name}: {counts(tally)}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
