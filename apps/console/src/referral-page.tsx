import { Alert, Card, Group, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { get, type Me, type Referral } from './api.ts';
import { Contributions } from './contributions.tsx';
import { ActionButton } from './dialog.tsx';
import { EvidenceList } from './evidence-list.tsx';
import { HistoryList } from './history-list.tsx';
import { useWords } from './i18n.ts';
import { GenerativeAiMark, LevelMark, StateMark, UrgencyMark, useCueName } from './marks.tsx';
import { useMe } from './shell.tsx';

const answering = ['police-liaison', 'lead', 'counsellor', 'teacher'];
const sending = ['moderator', 'lead', 'counsellor'];
const revealing = ['police-liaison', 'lead', 'counsellor'];

/** One referral, as its sender or its receiver sees it. */
export function ReferralPage() {
  const { id } = useParams({ from: '/referrals/$id' });
  const { t, value, time, lang } = useWords();
  const cueName = useCueName();
  const me = useMe();
  const found = useQuery({ queryKey: ['referral', id], queryFn: () => get<Referral>(`/v1/referrals/${id}`) });
  if (found.isPending || !me.data) return <Loader aria-label={t('loading')} />;
  if (!found.data) {
    return (
      <Alert color="red" title={t('problem')}>
        {found.error?.message}
      </Alert>
    );
  }
  const one = found.data;
  const received = one.to.id === me.data.organisation.id;
  const opened = one.state === 'accepted' || one.state === 'done';
  return (
    <Stack>
      <Link to="/referrals">← {t('back')}</Link>
      <Card withBorder>
        <Group gap="xs">
          <UrgencyMark urgency={one.summary.urgency} />
          <Title order={1} size="h3">
            {one.caseNumber}
          </Title>
          <Text fw={600}>{one.summary.harm === null ? '' : value(one.summary.harm)}</Text>
          <LevelMark level={one.summary.level} />
          <StateMark state={one.state} />
          <GenerativeAiMark set={one.summary.generativeAi} />
        </Group>
        <dl className="facts">
          <div>
            <dt>{t('from')}</dt>
            <dd>{one.from.name[lang]}</dd>
          </div>
          <div>
            <dt>{t('to')}</dt>
            <dd>{one.to.name[lang]}</dd>
          </div>
          <div>
            <dt>{t('basis')}</dt>
            <dd>{value(one.basis)}</dd>
          </div>
          <div>
            <dt>{t('due')}</dt>
            <dd>{time(one.dueAt)}</dd>
          </div>
          <div>
            <dt>{t('note')}</dt>
            <dd>{one.note}</dd>
          </div>
          <div>
            <dt>{t('cues')}</dt>
            <dd>{one.summary.cues.map(cueName).join(' · ') || '–'}</dd>
          </div>
          {one.summary.generativeAi && (
            <div>
              <dt>{t('generativeAiWhy')}</dt>
              <dd>{one.summary.generativeAiReasons.map(value).join(' · ')}</dd>
            </div>
          )}
          {one.outcome && (
            <div>
              <dt>{t('outcome')}</dt>
              <dd>
                {value(one.outcome.kind)}: {one.outcome.note}
              </dd>
            </div>
          )}
        </dl>
      </Card>
      <ReferralSteps one={one} me={me.data} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card withBorder>
          <Title order={2} size="h4">
            {t('evidence')}
          </Title>
          {received && !opened && <Text>{t('acceptFirst')}</Text>}
          <EvidenceList
            evidence={one.evidence}
            path={`/v1/referrals/${one.id}`}
            mayReveal={received && opened && revealing.includes(me.data.role)}
          />
        </Card>
        <Stack>
          <Card withBorder>
            <Title order={2} size="h4">
              {t('why')}
            </Title>
            <Contributions terms={one.summary.contributions} />
          </Card>
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

function ReferralSteps({ one, me }: { one: Referral; me: Me }) {
  const { t, value } = useWords();
  const path = `/v1/referrals/${one.id}`;
  const reason = { name: 'reason', label: t('reason') };
  const received = one.to.id === me.organisation.id;
  if (!received) {
    const mayRevoke = sending.includes(me.role) && (one.state === 'in_progress' || one.state === 'accepted');
    return mayRevoke ? (
      <Group>
        <ActionButton
          id="revoke"
          label={t('revoke')}
          path={`${path}/revoke`}
          variant="default"
          text={reason}
        />
      </Group>
    ) : null;
  }
  if (!answering.includes(me.role)) return null;
  return (
    <Group gap="xs">
      {one.state === 'in_progress' && (
        <>
          <ActionButton id="accept" label={t('accept')} path={`${path}/accept`} />
          <ActionButton
            id="reject"
            label={t('reject')}
            path={`${path}/reject`}
            variant="default"
            text={reason}
          />
        </>
      )}
      {one.state === 'accepted' && (
        <ActionButton
          id="done"
          label={t('done')}
          path={`${path}/done`}
          choices={[
            {
              name: 'outcome',
              label: t('outcome'),
              options: ['investigating', 'resolved', 'no-action'].map((code) => ({
                value: code,
                label: value(code),
              })),
            },
          ]}
          text={{ name: 'note', label: t('note') }}
        />
      )}
    </Group>
  );
}
