import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import { PolicyWords } from './policy-card.tsx';
import type { HistoryStep, PolicyChange, PolicyTold, VersionState } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

const signs = { added: '+', removed: '−', changed: '±' } as const;

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

/** Who did what, when and why, with what changed. Newest first. */
export function PolicyHistory({ history }: { history: HistoryStep[] }) {
  const { s, coded, time, versionName } = useSafeguardWords();
  if (history.length === 0) return <Text>{s('noHistory')}</Text>;
  return (
    <Stack gap="sm" data-testid="policy-history">
      {history.map((step) => (
        <Card key={`${step.at} ${step.version} ${step.step}`} withBorder p="sm">
          <Group gap="xs">
            <Badge variant="outline" color="#084c4c" radius="sm" data-step={step.step}>
              {coded(`step-${step.step}`)}
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

const stateColours: Partial<Record<VersionState, string>> = { published: '#0b6e6e', proposed: '#8a5200' };

export function StateBadge({ state }: { state: VersionState }) {
  const { coded } = useSafeguardWords();
  const colour = stateColours[state];
  return (
    <Badge
      variant={colour === undefined ? 'outline' : 'filled'}
      color={colour ?? '#084c4c'}
      autoContrast={false}
      radius="sm"
      data-testid="policy-state"
      data-state={state}
    >
      {coded(`state-${state}`)}
    </Badge>
  );
}
