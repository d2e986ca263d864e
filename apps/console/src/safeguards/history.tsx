import { Stack, Text } from '@mantine/core';
import { StateBadge } from '../versions/state-badge.tsx';
import { StepHistory, signs } from '../versions/step-history.tsx';
import { PolicyWords } from './policy-card.tsx';
import type { HistoryStep, PolicyChange, PolicyTold, VersionState } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

interface ChangesProps {
  changes: PolicyChange[];
  /** Policies in words before and after; without them (in the history) the Cedar text stands alone. */
  before?: PolicyTold[];
  after?: PolicyTold[];
}

/** What differs between two sets of policies: old and new, in words and by sign, not by colour alone. */
export function Changes({ changes, before = [], after = [] }: ChangesProps) {
  const { s } = useSafeguardWords();
  if (changes.length === 0) return <Text size="sm">{s('nothingDiffers')}</Text>;
  return (
    <Stack gap="xs" data-testid="policy-changes">
      {changes.map((one) => (
        <div key={one.id} className="policy-change" data-policy={one.id}>
          <Text size="sm" fw={600}>
            {signs[one.change]} {one.id} ({s(one.change === 'changed' ? 'changedPolicy' : one.change)},{' '}
            {one.file})
          </Text>
          {one.before !== null && (
            <Side Mark="del" text={one.before} told={before.find(({ id }) => id === one.id)} />
          )}
          {one.after !== null && (
            <Side Mark="ins" text={one.after} told={after.find(({ id }) => id === one.id)} />
          )}
        </div>
      ))}
    </Stack>
  );
}

function Side({ Mark, text, told }: { Mark: 'del' | 'ins'; text: string; told: PolicyTold | undefined }) {
  const { s, lang } = useSafeguardWords();
  const label = s(Mark === 'del' ? 'before' : 'after');
  if (!told)
    return (
      <Mark>
        <pre>{text}</pre>
      </Mark>
    );
  // Struck through, sentences of many lines cannot be read: the word says which side it is.
  return (
    <div className={`side ${Mark}`}>
      <Text size="sm" fw={600}>
        {label}: “{told.reason[lang]}”
      </Text>
      <PolicyWords policy={told} />
      <details className="cedar">
        <summary>{s('cedar')}</summary>
        <Mark>
          <pre>{text}</pre>
        </Mark>
      </details>
    </div>
  );
}

/** Who did what with policies, when and why. */
export function PolicyHistory({ history }: { history: HistoryStep[] }) {
  const { coded, versionName } = useSafeguardWords();
  return (
    <StepHistory
      history={history}
      label={({ step }) => coded(`step-${step}`)}
      versionName={versionName}
      changes={(changes) => <Changes changes={changes} />}
      testId="policy-history"
    />
  );
}

const stateColours: Partial<Record<VersionState, string>> = { published: '#0b6e6e', proposed: '#8a5200' };

export function PolicyState({ state }: { state: VersionState }) {
  const { coded } = useSafeguardWords();
  return (
    <StateBadge state={state} colour={stateColours[state]} testId="policy-state">
      {coded(`state-${state}`)}
    </StateBadge>
  );
}
