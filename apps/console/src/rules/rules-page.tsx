import '../versions/versions.css';
import './rules.css';
import { Card, Group, Loader, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { get } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { StepButton } from '../versions/step-button.tsx';
import { VersionCard } from '../versions/version-card.tsx';
import { Changes, RuleHistory, VersionState } from './changes.tsx';
import { differenceOf } from './draft-state.ts';
import type { RuleDefinition, RulesOverview, VersionDetail } from './rules-api.ts';
import { useRuleWords } from './words.ts';

export function useRules() {
  return useQuery({ queryKey: ['rules'], queryFn: () => get<RulesOverview>('/v1/rules') });
}

/** The rules in force, every version, and what happened to them. */
export function RulesPage() {
  const { r, t, versionName } = useRuleWords();
  const navigate = useNavigate();
  const found = useRules();
  const rules = found.data;
  const base = useQuery({
    queryKey: ['rules', rules?.inForce],
    queryFn: () => get<VersionDetail>(`/v1/rules/versions/${rules?.inForce}`),
    enabled: rules !== undefined && rules.inForce > 0,
  });
  if (found.isPending) return <Loader aria-label={t('loading')} />;
  if (!rules) return <Refusal error={found.error} />;
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {r('rules')}
        </Title>
        <Group gap="xs">
          {rules.mayDraft && (rules.inForce === 0 || base.data) && (
            <StepButton<VersionDetail>
              id="new-draft"
              label={r('newDraft')}
              path="/v1/rules/versions"
              body={{ basedOn: rules.inForce, rules: base.data?.rules ?? [] }}
              named
              onDone={({ number }) =>
                void navigate({ to: '/rules/$number', params: { number: String(number) } })
              }
            />
          )}
          {rules.mayPublish && <RollBack rules={rules} />}
        </Group>
      </Group>
      <Text>{r('about')}</Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          <InForce rules={rules} />
          <Title order={2} size="h3">
            {r('versions')}
          </Title>
          {rules.versions.length === 0 && <Text>{r('noVersions')}</Text>}
          <ul className="rows">
            {rules.versions.map((version) => (
              <li key={version.number}>
                <VersionCard
                  to="/rules/$number"
                  version={version}
                  versionName={versionName}
                  badge={<VersionState state={version.state} percent={version.percent} />}
                />
              </li>
            ))}
          </ul>
        </Stack>
        <Stack>
          <Title order={2} size="h3">
            {r('history')}
          </Title>
          <RuleHistory history={rules.history} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

function InForce({ rules }: { rules: RulesOverview }) {
  const { r, versionName } = useRuleWords();
  return (
    <Card withBorder data-testid="in-force" data-number={rules.inForce}>
      <Title order={2} size="h4">
        {r('inForce')}: {versionName(rules.inForce)}
      </Title>
      {(['message', 'assessment'] as const).map((on) => (
        <section key={on}>
          <Title order={3} size="h5" mt="sm">
            {r(on)}
          </Title>
          <RuleTable rules={rules.effective.filter((rule) => rule.on === on)} />
        </section>
      ))}
    </Card>
  );
}

/** Rules to read: what is asked, and what follows. */
export function RuleTable({ rules }: { rules: RuleDefinition[] }) {
  const { coded, lang } = useRuleWords();
  return (
    <ul className="rule-list">
      {rules.map((rule) => (
        <li key={rule.id}>
          <Text size="sm" fw={600}>
            {rule.id} →{' '}
            {coded(rule.on === 'message' ? (rule.decision ?? 'allow') : (rule.actions ?? []).join(', '))}
          </Text>
          <code>{rule.when}</code>
          <Text size="sm">{rule.reason[lang]}</Text>
        </li>
      ))}
    </ul>
  );
}

/** Back to a version that was in force before, or to the default rules. */
function RollBack({ rules }: { rules: RulesOverview }) {
  const { r, versionName } = useRuleWords();
  const earlier = [
    ...rules.versions.filter(({ state }) => state === 'replaced').map(({ number }) => number),
    ...(rules.inForce === 0 ? [] : [0]),
  ];
  const [chosen, setChosen] = useState<number>();
  const number = chosen !== undefined && earlier.includes(chosen) ? chosen : earlier[0];
  const target = useQuery({
    queryKey: ['rules', number],
    queryFn: () => get<VersionDetail>(`/v1/rules/versions/${number}`),
    enabled: number !== undefined && number > 0,
  });
  if (number === undefined) return null;
  const after = number === 0 ? rules.files.rules : target.data?.effective;
  return (
    <StepButton
      id="roll-back"
      label={r('rollBack')}
      about={r('rollBackAbout')}
      path="/v1/rules/rollback"
      body={{ number }}
      variant="outline"
    >
      <Select
        label={r('rollBackTo')}
        data={earlier.map((one) => ({
          value: String(one),
          label: [versionName(one), rules.versions.find((version) => version.number === one)?.name]
            .filter(Boolean)
            .join(' · '),
        }))}
        value={String(number)}
        onChange={(value) => setChosen(Number(value ?? 0))}
        allowDeselect={false}
        data-testid="roll-back-to"
      />
      {after && (
        <div>
          <Text size="sm" fw={600}>
            {r('differences')}
          </Text>
          <Changes changes={differenceOf(rules.effective, after)} />
        </div>
      )}
    </StepButton>
  );
}
