import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  state: string;
  /** Filled in this colour where it stands out; outlined without. */
  colour?: string | undefined;
  testId: string;
  children: ReactNode;
}

/** The state of a version. */
export function StateBadge({ state, colour, testId, children }: Props) {
  return (
    <Badge
      variant={colour === undefined ? 'outline' : 'filled'}
      color={colour ?? '#084c4c'}
      autoContrast={false}
      radius="sm"
      data-testid={testId}
      data-state={state}
    >
      {children}
    </Badge>
  );
}
