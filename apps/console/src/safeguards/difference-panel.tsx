import { Card, Loader, Select, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { ExaminedPanel, OutcomeWords } from './examined-panel.tsx';
import type { Difference, VersionDetail } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

const sizes = [10_000, 100_000, 1_000_000, 10_000_000];

/** What a saved version would change: in real requests, in the built-in situations, and of the floor. */
export function DifferencePanel({ version, inForce }: { version: VersionDetail; inForce: number }) {
  const { s, t, count } = useSafeguardWords();
  const [requests, setRequests] = useState(100_000);
  const found = useQuery({
    // The content and what it is compared with: another answer only when one of them changed.
    queryKey: ['safeguards', 'difference', version.number, version.hash, inForce, requests],
    queryFn: () =>
      get<Difference>(`/v1/safeguards/versions/${version.number}/difference?requests=${requests}`),
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  return (
    <Card
      withBorder
      data-testid="difference"
      data-ready={found.data !== undefined && !found.isPlaceholderData}
    >
      <Stack gap="sm">
        <Title order={2} size="h4">
          {s('samplesTitle')}
        </Title>
        <Select
          label={s('lastRequests')}
          data={sizes.map((size) => ({ value: String(size), label: count(size) }))}
          value={String(requests)}
          onChange={(value) => setRequests(Number(value ?? requests))}
          allowDeselect={false}
          w={180}
          data-testid="last-requests"
        />
        {found.isPending && <Loader aria-label={t('loading')} />}
        <Refusal error={found.error} />
        {found.data && <Samples difference={found.data} />}
        {/* The draft's own panel tells them as it is typed. */}
        {found.data && version.state !== 'draft' && (
          <>
            <Title order={2} size="h4">
              {s('matrixTitle')}
            </Title>
            <ExaminedPanel examined={found.data} />
          </>
        )}
      </Stack>
    </Card>
  );
}

function Samples({ difference: { samples, against } }: { difference: Difference }) {
  const { s, count, lang, time, versionName } = useSafeguardWords();
  if (samples.from === null) return <Text data-testid="samples-none">{s('samplesNone')}</Text>;
  return (
    <>
      <Text size="sm">{s('samplesAbout', { against: versionName(against) })}</Text>
      <Text size="sm">
        {s('samplesFrom', {
          from: time(samples.from),
          total: count(samples.total),
          requests: count(samples.requests),
          alike: count(samples.alike),
        })}
      </Text>
      {samples.unreadable > 0 && (
        <Text size="sm">{s('unreadableSamples', { count: count(samples.unreadable) })}</Text>
      )}
      <Text fw={600} role="status" data-testid="samples-changed" data-changed={samples.changed}>
        {s('samplesSome', {
          changed: count(samples.changed),
          requests: count(samples.requests),
          stricter: count(samples.stricter),
          looser: count(samples.looser),
        })}
      </Text>
      {samples.groups.length > 0 && (
        <table className="outcomes">
          <thead>
            <tr>
              <th scope="col">{s('action')}</th>
              <th scope="col">{s('before')}</th>
              <th scope="col">{s('after')}</th>
              <th scope="col">{s('requests')}</th>
            </tr>
          </thead>
          <tbody>
            {samples.groups.map((group) => (
              <tr key={JSON.stringify([group.action, group.before, group.after, group.policies])}>
                <th scope="row">
                  {group.actionName[lang]}
                  <details className="examples">
                    <summary>{s('examples')}</summary>
                    <ul>
                      {group.examples.map((example) => (
                        <li key={example.en}>{example[lang]}</li>
                      ))}
                    </ul>
                    {s('becauseOf')}: {group.policies.join(', ')}
                  </details>
                </th>
                <td data-label={s('before')}>
                  <OutcomeWords outcome={group.before} />
                </td>
                <td data-label={s('after')}>
                  <OutcomeWords outcome={group.after} strong />
                </td>
                <td className="number" data-label={s('requests')}>
                  {count(group.requests)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
