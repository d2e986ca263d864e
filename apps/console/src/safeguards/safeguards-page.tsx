import '../versions/versions.css';
import './safeguards.css';
import { Alert, Card, Group, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { get } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { StepButton } from '../versions/step-button.tsx';
import { VersionCard } from '../versions/version-card.tsx';
import { PolicyHistory, PolicyState } from './history.tsx';
import { PolicyList } from './policy-list.tsx';
import type { Overview, OwnPolicy, VersionDetail } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

export function useSafeguards() {
  return useQuery({ queryKey: ['safeguards'], queryFn: () => get<Overview>('/v1/safeguards') });
}

/** The policies in force in plain words, every version, and what happened to them. */
export function SafeguardsPage() {
  const { s, t, lang, versionName } = useSafeguardWords();
  const navigate = useNavigate();
  const found = useSafeguards();
  const all = found.data;
  const base = useQuery({
    queryKey: ['safeguards', all?.inForce],
    queryFn: () => get<VersionDetail>(`/v1/safeguards/versions/${all?.inForce}`),
    enabled: all !== undefined && all.inForce > 0,
  });
  if (found.isPending) return <Loader aria-label={t('loading')} />;
  if (!all) return <Refusal error={found.error} />;
  const basis: OwnPolicy[] | undefined = all.inForce === 0 ? [] : base.data?.policies;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {s('safeguards')}
        </Title>
        <Group gap="xs">
          {all.mayDraft && basis && (
            <StepButton<VersionDetail>
              id="new-draft"
              label={s('newDraft')}
              path="/v1/safeguards/versions"
              body={{ basedOn: all.inForce, policies: basis }}
              named
              onDone={({ number }) =>
                void navigate({ to: '/safeguards/$number', params: { number: String(number) } })
              }
            />
          )}
          {all.mayApprove && all.inForce > 0 && (
            <StepButton
              id="back-to-files"
              label={s('backToFiles')}
              about={s('backToFilesAbout')}
              path="/v1/safeguards/back-to-files"
              variant="outline"
            />
          )}
        </Group>
      </Group>
      <Text>{s('about')}</Text>
      {all.fault !== null && (
        <Alert
          color="red"
          title={s('faultTitle', { number: all.inForce })}
          role="alert"
          data-testid="policy-fault"
        >
          {s('faultAbout')} <code>{all.fault}</code>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <section data-testid="policies-in-force" data-number={all.inForce}>
          <Title order={2} size="h3" mb="xs">
            {s('inForce')}: {versionName(all.fault === null ? all.inForce : 0)}
          </Title>
          <PolicyList policies={all.policies} />
          {all.off.length > 0 && (
            <Card withBorder mt="sm">
              <Text fw={600}>{s('switchedOffList')}</Text>
              <ul>
                {all.off.map((id) => (
                  <li key={id}>
                    {all.files.policies.find((policy) => policy.id === id)?.reason[lang]} ({id})
                  </li>
                ))}
              </ul>
            </Card>
          )}
        </section>
        <Stack>
          <Title order={2} size="h3">
            {s('versions')}
          </Title>
          {all.versions.length === 0 && <Text>{s('noVersions')}</Text>}
          <ul className="rows">
            {all.versions.map((version) => (
              <li key={version.number}>
                <VersionCard
                  to="/safeguards/$number"
                  version={version}
                  versionName={versionName}
                  badge={<PolicyState state={version.state} />}
                />
              </li>
            ))}
          </ul>
          <details className="examples" data-testid="floor">
            <summary>{s('floor')}</summary>
            <Text size="sm" mt={6}>
              {s('floorAbout')}
            </Text>
            <ul>
              {all.floor.map(({ id, name, law }) => (
                <li key={id}>
                  {name[lang]}
                  {law ? ` (${law.name[lang]})` : ''}
                </li>
              ))}
            </ul>
          </details>
          <Title order={2} size="h3">
            {s('history')}
          </Title>
          <PolicyHistory history={all.history} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}
