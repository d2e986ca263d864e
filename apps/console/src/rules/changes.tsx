import { Stack, Text } from '@mantine/core';
import { StateBadge } from '../versions/state-badge.tsx';
import { StepHistory, signs } from '../versions/step-history.tsx';
import type { HistoryStep, RuleChange, RuleDefinition } from './rules-api.ts';
import { useRuleWords } from './words.ts';

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

/** Who did what with rules, when and why. */
export function RuleHistory({ history }: { history: HistoryStep[] }) {
  const { coded, versionName } = useRuleWords();
  return (
    <StepHistory
      history={history}
      label={({ step, percent }) => `${coded(`step-${step}`)}${percent === null ? '' : ` ${percent} %`}`}
      versionName={versionName}
      changes={(changes) => <Changes changes={changes} />}
      testId="rule-history"
    />
  );
}

const stateColours: Record<string, string> = {
  published: '#0b6e6e',
  rollout: '#8a5200',
  shadow: '#4a3a8c',
};

export function VersionState({ state, percent }: { state: string; percent: number }) {
  const { coded } = useRuleWords();
  return (
    <StateBadge state={state} colour={stateColours[state]} testId="version-state">
      {coded(`state-${state}`)}
      {state === 'rollout' ? ` ${percent} %` : ''}
    </StateBadge>
  );
}
