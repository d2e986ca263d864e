import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSharedWords } from './words.ts';

/** How a change is told by sign, not by colour alone. */
export const signs = { added: '+', removed: '−', changed: '±' } as const;

interface Step {
  version: number;
  step: string;
  reason: string;
  changes: { id: string; change: keyof typeof signs }[];
  by: { name: string };
  at: string;
}

interface Props<S extends Step> {
  history: S[];
  /** The step in words. */
  label(step: S): string;
  versionName(number: number): string;
  changes(changes: S['changes']): ReactNode;
  testId: string;
}

/** Who did what, when and why, with what changed. Newest first. */
export function StepHistory<S extends Step>({ history, label, versionName, changes, testId }: Props<S>) {
  const { say, time } = useSharedWords();
  if (history.length === 0) return <Text>{say('noHistory')}</Text>;
  return (
    <Stack gap="sm" data-testid={testId}>
      {history.map((step) => (
        <Card key={`${step.at} ${step.version} ${step.step}`} withBorder p="sm">
          <Group gap="xs">
            <Badge variant="outline" color="#084c4c" radius="sm" data-step={step.step}>
              {label(step)}
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
              {changes(step.changes)}
            </details>
          )}
        </Card>
      ))}
    </Stack>
  );
}
