import { useQuery } from '@tanstack/react-query';
import { get, type Me, type Role } from '../api.ts';
import { useWords } from '../i18n.ts';
import { type AgeText, ageTexts } from './texts.ts';

export interface AgeClaim {
  id: string;
  account: string;
  kind: 'rise' | 'fall';
  from: string;
  to: string;
  assurance: string;
  confidence: number;
  at: string;
  state: 'open' | 'confirmed' | 'refused' | 'settled';
  risk: string;
  minorContacts: number;
  urgent: boolean;
  decidedBy: string | null;
  decidedAt: string | null;
  note: string | null;
}

interface AgeClaims {
  claims: AgeClaim[];
  open: number;
  mayDecide: boolean;
}

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
  const words = useWords();
  return {
    ...words,
    a: (key: AgeText, values: Record<string, string | number> = {}) =>
      ageTexts[words.lang][key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? '')),
  };
}
