import { cueById } from '@keben/cues';
import { z } from 'zod';
import { LocalText } from '../../base/vocabulary.ts';
import { obligations } from '../obligations.ts';
import { lawName } from '../references.ts';
import { PolicyError, readPolicy, type Safeguard } from '../safeguards.ts';
import type { OwnPolicy } from './own-policies.ts';
import { effective } from './own-policies.ts';
import { type Clause, flat, isWhole, sayPolicy } from './say-policy.ts';

const Condition = z.object({
  text: LocalText,
  cedar: z.boolean().describe('True where there were no words and Cedar text stands'),
  anyOf: z.array(z.object({ text: LocalText, cedar: z.boolean() })).optional(),
});

/** A policy as people read it. */
export const PolicyTold = z
  .object({
    id: z.string(),
    file: z.string(),
    origin: z
      .enum(['files', 'changed', 'own'])
      .describe('From the files, ours in place of one of them, or ours'),
    kind: z.enum(['permit', 'deny', 'limit', 'warn', 'unreadable']),
    effect: LocalText,
    actions: z.array(LocalText),
    conditions: z.array(Condition).describe('All of them must hold'),
    sentence: LocalText,
    whole: z.boolean().describe('Everything was put in words'),
    reason: LocalText,
    cue: z.object({ id: z.string(), name: LocalText }).nullable(),
    law: z.object({ id: z.string(), name: LocalText }).nullable(),
    obligation: z.string().nullable(),
    text: z.string().describe('Cedar'),
  })
  .meta({ id: 'SafeguardTold' });
export type PolicyTold = z.infer<typeof PolicyTold>;

/** A law as people cite it. */
export function lawTold(id: string | undefined): { id: string; name: LocalText } | null {
  return id === undefined ? null : { id, name: lawName(id) ?? { vi: id, en: id } };
}

const MOST_KEPT = 2000;
const kept = new Map<string, Omit<PolicyTold, 'origin'>>();

function tell({ id, file, text }: Pick<Safeguard, 'id' | 'file' | 'text'>): Omit<PolicyTold, 'origin'> {
  const key = `${file} ${text}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = { id, file, text, ...read(file, text) };
  kept.set(key, made);
  return made;
}

function read(file: string, text: string): Omit<PolicyTold, 'origin' | 'id' | 'file' | 'text'> {
  try {
    const safeguard = readPolicy(file, text);
    const { effect, actions, condition, sentence, whole } = sayPolicy(safeguard);
    const { cue, law, obligation } = safeguard;
    const named = cue === undefined ? undefined : cueById(cue);
    return {
      kind:
        safeguard.effect === 'permit'
          ? 'permit'
          : obligation === undefined
            ? 'deny'
            : obligations[obligation] === 'warn'
              ? 'warn'
              : 'limit',
      effect,
      actions,
      conditions: condition === undefined ? [] : conditionsOf(condition),
      sentence,
      whole,
      reason: safeguard.reason,
      cue: named ? { id: named.id, name: { vi: named.name.vi, en: named.name.en } } : null,
      law: lawTold(law),
      obligation: obligation ?? null,
    };
  } catch (error) {
    // Stored by an earlier release: shown as it is, with what is wrong.
    if (!(error instanceof PolicyError)) throw error;
    const words = { vi: `Không đọc được: ${error.message}`, en: `Cannot be read: ${error.message}` };
    return {
      kind: 'unreadable',
      effect: words,
      actions: [],
      conditions: [],
      sentence: words,
      whole: false,
      reason: words,
      cue: null,
      law: null,
      obligation: null,
    };
  }
}

function conditionsOf(condition: Clause): PolicyTold['conditions'] {
  const parts = condition.kind === 'all' ? condition.of : [condition];
  return parts.map((one) => {
    const told = { text: flat(one), cedar: !isWhole(one) };
    if (one.kind !== 'any') return told;
    return { ...told, anyOf: one.of.map((inner) => ({ text: flat(inner), cedar: !isWhole(inner) })) };
  });
}

/** The policies that hold with an organisation's laid over the files', in words. */
export function tellPolicies(files: readonly Safeguard[], own: readonly OwnPolicy[]): PolicyTold[] {
  const shipped = new Set(files.map(({ id }) => id));
  const mine = new Set(own.map(({ id }) => id));
  return effective(files, own).map((one) => ({
    ...tell(one),
    origin: !mine.has(one.id) ? 'files' : shipped.has(one.id) ? 'changed' : 'own',
  }));
}
