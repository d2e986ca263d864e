import { Card, Loader, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api.ts';
import { FigureTable } from './figures.tsx';
import type { Shadow, VersionDetail } from './rules-api.ts';
import { useRuleWords } from './words.ts';

/** What a version in shadow or rollout says beside the one in force. */
export function ShadowPanel({ version }: { version: VersionDetail }) {
  const { r, t } = useRuleWords();
  const found = useQuery({
    queryKey: ['shadow', version.number],
    queryFn: () => get<Shadow>(`/v1/rules/versions/${version.number}/shadow`),
    refetchInterval: 15_000,
  });
  const live = version.state === 'shadow' || version.state === 'rollout';
  const shadow = found.data;
  if (!live && (shadow === undefined || shadow.counts.length === 0)) return null;
  return (
    <Card withBorder data-testid="shadow">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {r('wouldDo')}
        </Title>
        {live && (
          <Text size="sm">
            {version.state === 'rollout' ? r('rolloutAbout', { percent: version.percent }) : r('shadowAbout')}
          </Text>
        )}
        {found.isPending && <Loader aria-label={t('loading')} />}
        {shadow && shadow.counts.length === 0 && <Text>{r('shadowEmpty')}</Text>}
        {shadow && shadow.counts.length > 0 && <Figures shadow={shadow} />}
      </Stack>
    </Card>
  );
}

function Figures({ shadow }: { shadow: Shadow }) {
  const { r, coded, value, count, time } = useRuleWords();
  return (
    <>
      <table className="figures numbers" data-testid="shadow-counts">
        <thead>
          <tr>
            <td />
            <th scope="col">{r('now')}</th>
            <th scope="col">{r('draft')}</th>
            <th scope="col">{r('times')}</th>
          </tr>
        </thead>
        <tbody>
          {shadow.counts.map((one) => (
            <tr key={`${one.on} ${one.inForce} ${one.candidate}`}>
              <th scope="row">{r(one.on)}</th>
              <td>{coded(one.inForce)}</td>
              <td className={one.inForce === one.candidate ? '' : 'differs'}>{coded(one.candidate)}</td>
              <td>{count(one.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <FigureTable
        id="shadow-rules"
        title={r('byRule')}
        rows={shadow.rules.map((one) => ({
          key: one.rule,
          name: one.rule,
          inForce: one.inForce,
          draft: one.candidate,
        }))}
      />
      {shadow.differences.length > 0 && (
        <details className="examples">
          <summary>
            {r('newest')}: {count(shadow.differences.length)}
          </summary>
          <ul className="rule-list">
            {shadow.differences.map((one) => (
              <li key={`${one.on} ${one.eventId} ${one.account}`}>
                <Text size="sm" fw={600}>
                  {r('account')} {one.account} · {value(one.level)} · {time(one.at)}
                </Text>
                <Text size="sm">
                  {r('event')} {one.eventId} · {coded(one.inForce)}
                  {one.side === 'in-force' ? ` (${r('decided')})` : ''} → {coded(one.candidate)}
                  {one.side === 'candidate' ? ` (${r('decided')})` : ''}
                </Text>
                <Text size="sm">{one.rules.join(', ')}</Text>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
