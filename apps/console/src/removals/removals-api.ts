import type { components, paths } from '@keben/sdk';
import { useQuery } from '@tanstack/react-query';
import { get, type Me, type Role } from '../api.ts';
import { usePageWords } from '../i18n.ts';
import { type RemovalText, removalTexts } from './texts.ts';

type Removals = paths['/v1/removals']['get']['responses'][200]['content']['application/json'];
export type Removal = Removals['removals'][number];
export type RemovalDetail = components['schemas']['RemovalDetail'];
export type RemovalState = Removal['state'];
export const states: RemovalState[] = ['received', 'confirmed', 'declined', 'withdrawn'];

// The server decides (respond/permissions.ts).
const reading: Role[] = ['moderator', 'lead', 'counsellor', 'admin', 'auditor'];
const deciding: Role[] = ['moderator', 'lead', 'counsellor'];

export const readsRemovals = ({ role, organisation }: Me) =>
  organisation.kind === 'hotline' && reading.includes(role);
export const decidesRemovals = ({ role }: Me) => deciding.includes(role);
export const exportsRemovals = ({ role }: Me) => role === 'lead';

export function useRemovals(state: RemovalState) {
  return useQuery({
    queryKey: ['removals', state],
    queryFn: () => get<Removals>(`/v1/removals?state=${state}`),
  });
}

/** Words of these pages with values put in, and the console's own. */
export function useRemovalWords() {
  const { say, ...words } = usePageWords<RemovalText>(removalTexts);
  return {
    ...words,
    r: say,
    /** A platform's name; what has one in each language is `Vietnamese / English` in policy/removal-platforms.yaml. */
    platform: (name: string) => name.split(' / ')[words.lang === 'en' ? 1 : 0] ?? name,
    /** How long ago a moment is, in the largest unit that fits. */
    waited(iso: string) {
      const minutes = Math.max(0, Math.floor((Date.now() - new Date(iso).getTime()) / 60_000));
      if (minutes === 0) return say('justNow');
      if (minutes < 60) return say('minutes', { n: minutes });
      if (minutes < 48 * 60) return say('hours', { n: Math.floor(minutes / 60) });
      return say('days', { n: Math.floor(minutes / 1440) });
    },
  };
}
