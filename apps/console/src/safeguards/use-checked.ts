import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { post } from '../api.ts';
import type { Examined, OwnPolicy } from './safeguards-api.ts';

/** Typing pauses this long before the server is asked. */
const PAUSE_MS = 400;

/** What the server says of a draft as it is typed: `latest` may be of the text before, `current` is of this very text. */
export function useChecked(policies: OwnPolicy[]): {
  latest: Examined | undefined;
  current: Examined | undefined;
  error: Error | null;
} {
  const now = JSON.stringify(policies);
  const [asked, setAsked] = useState(now);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(now), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [now]);
  const found = useQuery({
    queryKey: ['safeguards', 'check', asked],
    queryFn: () => post<Examined>('/v1/safeguards/check', { policies: JSON.parse(asked) }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchInterval: false,
  });
  return {
    latest: found.data,
    current: asked === now && !found.isPlaceholderData ? found.data : undefined,
    error: found.error,
  };
}
