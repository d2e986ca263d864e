import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type CaseDetail, type Directory, get, type Me, type Reasons } from './api.ts';
import { ActionButton } from './dialog.tsx';
import { useWords } from './i18n.ts';

// The server decides (respond/permissions.ts); here only what it would refuse anyway is not offered.
const working = ['moderator', 'lead', 'counsellor'];
const acting = ['moderator', 'lead'];

/** The steps that this person may take on this case now. */
export function CaseSteps({ one, me }: { one: CaseDetail; me: Me }) {
  const { t, value, lang } = useWords();
  const directory = useQuery({
    queryKey: ['organisations'],
    queryFn: () => get<Directory>('/v1/organisations'),
    staleTime: 600_000,
  });
  const reasons = useQuery({
    queryKey: ['case-reasons'],
    queryFn: () => get<Reasons>('/v1/case-reasons'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!working.includes(me.role)) return null;
  const path = `/v1/cases/${one.id}`;
  const option = (code: string) => ({ value: code, label: value(code) });
  if (one.state === 'closed') {
    return (
      <ActionButton
        id="reopen"
        label={t('reopen')}
        path={`${path}/reopen`}
        text={{ name: 'note', label: t('reason') }}
      />
    );
  }
  const others = (directory.data?.organisations ?? [])
    .filter(({ id }) => id !== me.organisation.id)
    .sort((a, b) => Number(b.kind === 'police') - Number(a.kind === 'police'));
  return (
    <Group gap="xs">
      {one.assignee?.id !== me.user.id && <ActionButton id="take" label={t('take')} path={`${path}/take`} />}
      {acting.includes(me.role) && me.organisation.kind === 'platform' && one.subject && (
        <ActionButton
          id="act"
          label={t('act')}
          path={`${path}/actions`}
          colour="#b3261e"
          choices={[
            {
              name: 'action',
              label: t('action'),
              options: ['restrict-contact', 'suspend', 'warn', 'lift'].map(option),
            },
          ]}
          text={{ name: 'note', label: t('note'), optional: true }}
        />
      )}
      <ActionButton
        id="refer"
        label={t('refer')}
        path={`${path}/referrals`}
        variant="outline"
        choices={[
          {
            name: 'to',
            label: t('to'),
            options: others.map(({ id, name }) => ({ value: id, label: name[lang] })),
          },
          { name: 'basis', label: t('basis'), options: ['urgent-risk', 'consent', 'legal-duty'].map(option) },
        ]}
        text={{ name: 'note', label: t('note') }}
      />
      <ActionButton
        id="note"
        label={t('addNote')}
        path={`${path}/notes`}
        variant="default"
        text={{ name: 'text', label: t('note') }}
      />
      <ActionButton
        id="close"
        label={t('close')}
        path={`${path}/close`}
        variant="default"
        choices={[
          {
            name: 'outcome',
            label: t('outcome'),
            options: ['confirmed', 'dismissed', 'referred'].map(option),
          },
          {
            name: 'reason',
            label: t('why'),
            options: ({ outcome }) => (reasons.data?.[outcome as keyof Reasons] ?? []).map(option),
          },
        ]}
        text={{ name: 'note', label: t('note') }}
      />
    </Group>
  );
}
