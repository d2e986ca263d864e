import type { components, paths } from '@keben/sdk';
import { useQuery } from '@tanstack/react-query';
import { get, type Me, type Role } from '../api.ts';
import { usePageWords } from '../i18n.ts';
import { type BankText, bankTexts } from './texts.ts';

type Banks = paths['/v1/banks']['get']['responses'][200]['content']['application/json'];
export type HashBank = components['schemas']['HashBank'];
export type BankContent = components['schemas']['BankContent'];
export type ContentStatus = BankContent['status'];
export type Contents =
  paths['/v1/banks/{bank}/contents']['get']['responses'][200]['content']['application/json'];
export type ContentDetail = components['schemas']['BankContentDetail'];
export type BankLookUp = components['schemas']['BankLookUp'];

export const statuses: ContentStatus[] = ['unconfirmed', 'confirmed', 'disputed', 'retired'];
export const actions: HashBank['action'][] = ['hold', 'block', 'observe'];

/** Kinds of hashes as people write them. */
export const kindNames: Record<ContentDetail['signals'][number]['kind'], string> = {
  pdq: 'PDQ',
  vpdq: 'vPDQ',
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
};

// The server decides (detect/media/banks/permissions.ts).
const reading: Role[] = ['moderator', 'lead', 'counsellor', 'police-liaison', 'analyst', 'admin', 'auditor'];
export const readsBanks = ({ role }: Me) => reading.includes(role);
export const managesBanks = ({ role }: Me) => role === 'lead' || role === 'admin';
export const addsToBanks = ({ role }: Me) => ['moderator', 'lead', 'police-liaison'].includes(role);

type Step = ContentDetail['steps'][number]['step'];

/** Steps that the status, the role and who added the content allow. */
export function stepsFor({ status, addedBy }: BankContent, me: Me): Step[] {
  const decides = me.role === 'lead';
  const all: [Step, boolean][] = [
    ['confirm', decides && !addedBy.you && (status === 'unconfirmed' || status === 'disputed')],
    ['dispute', addsToBanks(me) && (status === 'unconfirmed' || status === 'confirmed')],
    ['retire', decides && status !== 'retired'],
    ['restore', decides && status === 'retired'],
  ];
  return all.filter(([, may]) => may).map(([step]) => step);
}

export function useBanks() {
  return useQuery({ queryKey: ['banks'], queryFn: () => get<Banks>('/v1/banks') });
}

/** Words of these pages with values put in, and the console's own. */
export function useBankWords() {
  const { say, ...words } = usePageWords<BankText>(bankTexts);
  const adder = ({ by, name, you }: BankContent['addedBy']) => {
    if (you) return name === null ? say('by.you') : `${name} (${say('by.you')})`;
    return name ?? say(`by.${by}`);
  };
  return { ...words, b: say, adder };
}
