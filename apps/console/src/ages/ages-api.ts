import type { paths } from '@keben/sdk';
import { useQuery } from '@tanstack/react-query';
import { get, type Me, type Role } from '../api.ts';
import { usePageWords } from '../i18n.ts';
import { type AgeText, ageTexts } from './texts.ts';

type AgeClaims = paths['/v1/age-claims']['get']['responses'][200]['content']['application/json'];
export type AgeClaim = AgeClaims['claims'][number];

// The server decides (prevent/ages/permissions.ts).
const reading: Role[] = ['moderator', 'lead', 'counsellor', 'admin', 'auditor'];

export const readsAges = ({ role, organisation }: Me) =>
  organisation.kind === 'platform' && reading.includes(role);

export function useAgeClaims(state: 'open' | 'closed') {
  return useQuery({
    queryKey: ['age-claims', state],
    queryFn: () => get<AgeClaims>(`/v1/age-claims?state=${state}`),
  });
}

/** Words of this page with values put in, and the console's own. */
export function useAgeWords() {
  const { say, ...words } = usePageWords<AgeText>(ageTexts);
  return { ...words, a: say };
}
