import { Alert, Card, Group, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type CaseDetail, get } from './api.ts';
import { CaseSteps } from './case-steps.tsx';
import { Contributions } from './contributions.tsx';
import { EvidenceList } from './evidence-list.tsx';
import { HistoryList } from './history-list.tsx';
import { useWords } from './i18n.ts';
import { GenerativeAiMark, LevelMark, StateMark, UrgencyMark, useCueName } from './marks.tsx';
import { useMe } from './shell.tsx';
import { ThreadPanel } from './thread-panel.tsx';

const revealing = ['moderator', 'lead', 'counsellor'];
const answering = ['counsellor', 'lead'];

/** One case: who, what, when; why; the messages; what was done. */
export function CasePage() {
  const { id } = useParams({ from: '/cases/$id' });
  const { t } = useWords();
  const me = useMe();
  const found = useQuery({ queryKey: ['case', id], queryFn: () => get<CaseDetail>(`/v1/cases/${id}`) });
  if (found.isPending || !me.data) return <Loader aria-label={t('loading')} />;
  if (!found.data) {
    return (
      <Alert color="red" title={t('problem')}>
        {found.error?.message}
      </Alert>
    );
  }
  const one = found.data;
  return (
    <Stack>
      <Link to="/">← {t('back')}</Link>
      <Facts one={one} />
      <CaseSteps one={one} me={me.data} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          {one.kind === 'anonymous-report' && answering.includes(me.data.role) && (
            <ThreadPanel caseId={one.id} />
          )}
          <Card withBorder>
            <Title order={2} size="h4">
              {t('evidence')}
            </Title>
            <EvidenceList
              evidence={one.evidence}
              path={`/v1/cases/${one.id}`}
              mayReveal={revealing.includes(me.data.role)}
              mayMark={revealing.includes(me.data.role)}
            />
          </Card>
          <Reports one={one} />
        </Stack>
        <Stack>
          {one.contributions.length > 0 && (
            <Card withBorder>
              <Title order={2} size="h4">
                {t('why')}
              </Title>
              <Contributions terms={one.contributions} />
            </Card>
          )}
          <Decisions one={one} />
          <Card withBorder>
            <Title order={2} size="h4">
              {t('history')}
            </Title>
            <HistoryList history={one.history} />
          </Card>
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

function Facts({ one }: { one: CaseDetail }) {
  const { t, value, time } = useWords();
  const cueName = useCueName();
  const rows: [string, string][] = [
    ...(one.subject
      ? [[t('subject'), `${one.subject.id} (${value(one.subject.ageBand)})`] as [string, string]]
      : []),
    ...(one.counterpart?.id
      ? [[t('counterpart'), `${one.counterpart.id} (${value(one.counterpart.ageBand)})`] as [string, string]]
      : []),
    ...(one.report
      ? ([
          [t('reporter'), `${value(one.report.ageBand)}, ${value(one.report.urgency)}`],
          ...(one.report.region ? [[t('region'), one.report.region]] : []),
        ] as [string, string][])
      : []),
    [t('opened'), time(one.openedAt)],
    ...(one.deadline
      ? [
          [t('deadline'), `${time(one.deadline.at)} (${one.deadline.law ?? value(one.deadline.kind)})`] as [
            string,
            string,
          ],
        ]
      : []),
    [t('assignee'), one.assignee?.name ?? t('nobody')],
    [t('cues'), one.cues.map(cueName).join(' · ') || '–'],
    ...(one.generativeAi
      ? [[t('generativeAiWhy'), one.generativeAiReasons.map(value).join(' · ')] as [string, string]]
      : []),
  ];
  return (
    <Card withBorder>
      <Group gap="xs">
        <UrgencyMark urgency={one.urgency} />
        <Title order={1} size="h3">
          {one.number}
        </Title>
        <Text fw={600}>{one.harm === null ? value(one.kind) : value(one.harm)}</Text>
        <LevelMark level={one.level} />
        <StateMark state={one.state} />
        <GenerativeAiMark set={one.generativeAi} />
      </Group>
      <dl className="facts">
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Decisions({ one }: { one: CaseDetail }) {
  const { t, value, time, lang } = useWords();
  if (one.actions.length === 0 && one.referrals.length === 0) return null;
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        {t('actions')}
      </Title>
      {one.actions.map((action) => (
        <div key={action.id} data-testid="action" data-status={action.status}>
          <Text fw={600}>
            {value(action.action)}: {value(action.status)}
          </Text>
          <Text size="sm">
            {action.by}, {time(action.at)}
          </Text>
          <Text size="sm">
            {t('statement')}: {action.statement[lang]}
          </Text>
        </div>
      ))}
      {one.referrals.map((referral) => (
        <Text key={referral.id} mt="xs">
          <Link to="/referrals/$id" params={{ id: referral.id }}>
            {t('refer')}: {referral.to.name[lang]}
          </Link>{' '}
          <StateMark state={referral.state} />
        </Text>
      ))}
    </Card>
  );
}

function Reports({ one }: { one: CaseDetail }) {
  const { t, value, time } = useWords();
  if (one.reports.length === 0) return null;
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        {t('reports')}
      </Title>
      {one.reports.map((report) => (
        <div key={report.id}>
          <Text size="sm" fw={600}>
            {report.by}, {time(report.at)} {report.harm ? `(${value(report.harm)})` : ''}
          </Text>
          {report.comment && <Text>{report.comment}</Text>}
        </div>
      ))}
    </Card>
  );
}
