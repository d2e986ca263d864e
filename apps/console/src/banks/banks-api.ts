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
export type ContentDetail =
  paths['/v1/banks/contents/{content}']['get']['responses'][200]['content']['application/json'];

export const statuses: ContentStatus[] = ['unconfirmed', 'confirmed', 'disputed', 'retired'];
export const actions: HashBank['action'][] = ['hold', 'block', 'observe'];

// The server decides (detect/media/banks/permissions.ts).
const reading: Role[] = ['moderator', 'lead', 'counsellor', 'police-liaison', 'analyst', 'admin', 'auditor'];
export const readsBanks = ({ role }: Me) => reading.includes(role);
export const managesBanks = ({ role }: Me) => role === 'lead' || role === 'admin';
export const addsToBanks = ({ role }: Me) => ['moderator', 'lead', 'police-liaison'].includes(role);

type Step = ContentDetail['steps'][number]['step'];

/** Steps that the status and the role allow. */
export function stepsFor(status: ContentStatus, me: Me): Step[] {
  const decides = me.role === 'lead';
  const all: [Step, boolean][] = [
    ['confirm', decides && (status === 'unconfirmed' || status === 'disputed')],
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
  return { ...words, b: say };
}

const digits: Record<string, number> = { pdq: 64, sha256: 64, sha1: 40, md5: 32 };

/** Lines `kind,hash`, or the number (from 1) of the first that is none. */
export function readLines(text: string): { kind: string; value: string }[] | { bad: number } {
  const read: { kind: string; value: string }[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [kind = '', value = ''] = line.split(',').map((part) => part.trim().toLowerCase());
    const wanted = Object.hasOwn(digits, kind) ? digits[kind] : undefined;
    if (wanted === undefined || value.length !== wanted || !/^[0-9a-f]+$/.test(value)) return { bad: at + 1 };
    read.push({ kind, value });
  }
  return read;
}
