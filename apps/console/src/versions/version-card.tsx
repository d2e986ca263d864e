import { Card, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSharedWords } from './words.ts';

interface Props {
  to: '/rules/$number' | '/safeguards/$number';
  version: { number: number; name: string; author: { name: string }; updatedAt: string; basedOn: number };
  versionName(number: number): string;
  badge: ReactNode;
}

/** A version in a list of versions: opens its page. */
export function VersionCard({ to, version, versionName, badge }: Props) {
  const { say, time } = useSharedWords();
  return (
    <Card withBorder p="md" className="case-row">
      <Link
        to={to}
        params={{ number: String(version.number) }}
        data-testid="version-row"
        data-number={version.number}
      >
        <Group gap="xs">
          <Text fw={700}>{versionName(version.number)}</Text>
          <Text fw={600}>{version.name}</Text>
          {badge}
        </Group>
        <Text size="sm">
          {say('by')}: {version.author.name} · {say('changed')}: {time(version.updatedAt)}
        </Text>
        <Text size="sm">
          {say('basedOn')}: {versionName(version.basedOn)}
        </Text>
      </Link>
    </Card>
  );
}
