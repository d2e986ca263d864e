import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import type { HistoryStep, PolicyChange, VersionState } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

const signs = { added: '+', removed: '−', changed: '±' } as const;

/** What differs between two sets of policies: old and new, in words and by sign, not by colour alone. */
export function Changes({ changes }: { changes: PolicyChange[] }) {
  const { s } = useSafeguardWords();
  if (changes.length === 0) return <Text size="sm">{s('nothingDiffers')}</Text>;
  return (
    <Stack gap="xs" data-testid="policy-changes">
      {changes.map(({ id, file, change, before, after }) => (
        <div key={id} className="policy-change" data-policy={id}>
          <Text size="sm" fw={600}>
            {signs[change]} {id} ({s(change === 'changed' ? 'changedPolicy' : change)}, {file})
          </Text>
          {before !== null && (
            <del>
              <pre>{before}</pre>
            </del>
          )}
          {after !== null && (
            <ins>
              <pre>{after}</pre>
            </ins>
          )}
        </div>
      ))}
    </Stack>
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
