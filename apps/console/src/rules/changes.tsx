import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import type { HistoryStep, RuleChange, RuleDefinition } from './rules-api.ts';
import { useRuleWords } from './words.ts';

const signs = { added: '+', removed: '−', changed: '±' } as const;

/** What differs between two sets of rules: old and new, in words and by sign, not by colour alone. */
export function Changes({ changes }: { changes: RuleChange[] }) {
  const { r } = useRuleWords();
  if (changes.length === 0) return <Text size="sm">{r('nothingDiffers')}</Text>;
  return (
    <Stack gap="xs">
      {changes.map(({ id, change, before, after }) => (
        <div key={id} className="change">
          <Text size="sm" fw={600}>
            {signs[change]} {id} ({r(change === 'changed' ? 'changedRule' : change)})
          </Text>
          {before && <Rule rule={before} gone />}
          {after && <Rule rule={after} />}
        </div>
      ))}
    </Stack>
  );
}

function Rule({ rule, gone = false }: { rule: RuleDefinition; gone?: boolean }) {
  const { coded } = useRuleWords();
  const outcome = rule.on === 'message' ? (rule.decision ?? 'allow') : (rule.actions ?? []).join(', ');
  const Mark = gone ? 'del' : 'ins';
  return (
    <Mark className={gone ? 'gone' : 'come'}>
      <code>{rule.when.trim()}</code> → {coded(outcome)}
    </Mark>
  );
}

/** Who did what, when and why, with what changed. Newest first. */
export function RuleHistory({ history }: { history: HistoryStep[] }) {
  const { r, coded, time, versionName } = useRuleWords();
  if (history.length === 0) return <Text>{r('noHistory')}</Text>;
  return (
    <Stack gap="sm" data-testid="rule-history">
      {history.map((step) => (
        <Card key={`${step.at} ${step.version} ${step.step}`} withBorder p="sm">
          <Group gap="xs">
            <Badge variant="outline" color="#084c4c" radius="sm" data-step={step.step}>
              {coded(`step-${step.step}`)}
              {step.percent === null ? '' : ` ${step.percent} %`}
            </Badge>
            <Text size="sm" fw={600}>
              {versionName(step.version)}
            </Text>
            <Text size="sm">
              {step.by.name}, {time(step.at)}
            </Text>
          </Group>
          <Text mt={4} className="reason">
            {step.reason}
          </Text>
          {step.changes.length > 0 && (
            <details>
              <summary>{step.changes.map(({ id, change }) => `${signs[change]} ${id}`).join(', ')}</summary>
              <Changes changes={step.changes} />
            </details>
          )}
        </Card>
      ))}
    </Stack>
  );
}

const stateColours: Record<string, string> = {
  published: '#0b6e6e',
  rollout: '#8a5200',
  shadow: '#4a3a8c',
};

export function VersionState({ state, percent }: { state: string; percent: number }) {
  const { coded } = useRuleWords();
  const colour = stateColours[state];
  return (
    <Badge
      variant={colour === undefined ? 'outline' : 'filled'}
      color={colour ?? '#084c4c'}
      autoContrast={false}
      radius="sm"
      data-testid="version-state"
      data-state={state}
    >
      {coded(`state-${state}`)}
      {state === 'rollout' ? ` ${percent} %` : ''}
    </Badge>
  );
}
