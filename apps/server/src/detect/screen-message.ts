import { analyse, cueById } from '@keben/cues';
import { z } from 'zod';
import type { Tx } from '../base/database.ts';
import { Harm, Level, LocalText, Party, rank } from '../base/vocabulary.ts';
import type { Contribution } from './assessment.ts';
import { type Target, targetsOf } from './audience.ts';
import type { AccountState } from './behaviour.ts';
import { MediaList, Relationship } from './event.ts';
import { judgeMessage } from './judge-message.ts';
import { type Seal, textBefore } from './pieces.ts';
import { decideMessage, stricter } from './policy.ts';
import type { PairState } from './risk.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { combine, type SecondReading } from './second-reader/index.ts';
import { loadStates, pairKey, termsAcross } from './store.ts';

/** Days that what other accounts add counts before delivery, as for decisions (risksOf). */
const ACROSS_DAYS = 30;

export const ScreenRequest = z.strictObject({
  conversation: z.string().min(1).max(256),
  from: Party,
  to: z.array(Party).min(1).max(256),
  text: z.string().max(8000),
  lang: z.enum(['vi', 'en']).optional(),
  relationship: Relationship.optional(),
  mentions: z.array(z.string().min(1).max(128)).max(32).optional(),
  links: z.array(z.string().max(2048)).max(32).optional(),
  media: MediaList.optional(),
});
export type ScreenRequest = z.infer<typeof ScreenRequest>;

export const ScreenAnswer = z.object({
  decision: z.enum(['allow', 'warn', 'hold', 'block']),
  level: Level,
  score: z.number().describe('Risk in log-odds after this message'),
  cues: z.array(
    z.object({ cue: z.string(), score: z.number(), start: z.number().int(), end: z.number().int() }),
  ),
  harms: z.partialRecord(Harm, z.number()),
  advice: z.array(z.object({ cue: z.string(), name: LocalText, text: LocalText })),
  rules: z.array(z.string()),
  version: z.string(),
});
export type ScreenAnswer = z.infer<typeof ScreenAnswer>;

/**
 * Judges a message before delivery against what is known of sender and recipients; with `seal` also after the piece that
 * the sender wrote just before. `second`: what a second reader said of the text. Writes nothing.
 */
export async function screenMessage(
  tx: Tx,
  book: RuleBook,
  organisationId: string,
  request: ScreenRequest,
  now: Date,
  { seal, second }: { seal?: Seal | undefined; second?: SecondReading | undefined } = {},
): Promise<ScreenAnswer> {
  const { from } = request;
  const { policy } = (await book.open(tx, [organisationId]))(organisationId, from.id);
  const keys = [`account:${from.id}`, ...targetsOf(request).map(({ key }) => pairKey(from.id, key))];
  const loaded = await loadStates(
    tx,
    keys.map((key) => ({ organisationId, key })),
  );
  const states = {
    account: (id: string) => loaded.get(`${organisationId} account:${id}`) as AccountState | undefined,
    pair: (actor: string, other: string) =>
      loaded.get(`${organisationId} ${pairKey(actor, other)}`) as PairState | undefined,
  };
  const before =
    seal &&
    textBefore(
      { body: { type: 'message.sent', data: request }, text: request.text, time: now },
      states.account(from.id),
      seal,
    );
  const first = analyse(request.text, {
    ...(request.lang === undefined ? {} : { lang: request.lang }),
    ...(before === undefined ? {} : { before }),
    links: request.links,
  });
  const found = second === undefined ? first : combine(first, second, request.text);
  const read = { cues: found.cues, resemblance: Math.max(0, ...Object.values(found.harms)) };
  const added = await termsAcross(
    tx,
    organisationId,
    from.id,
    new Date(now.getTime() - ACROSS_DAYS * 86_400_000),
  );
  const across = (target: Target) => termsTowards(added, target);
  let worst: Pick<ScreenAnswer, 'decision' | 'level' | 'score'> & { rules: Set<string> } = {
    decision: 'allow',
    level: 'none',
    score: -99,
    rules: new Set(),
  };
  for (const { risk, facts } of judgeMessage(policy, states, request, read, now, across)) {
    const { decision, rules } = decideMessage(policy, facts);
    worst = {
      decision: stricter(worst.decision, decision),
      level: rank(risk.level) > rank(worst.level) ? risk.level : worst.level,
      score: Math.max(risk.score, worst.score),
      rules: new Set([...worst.rules, ...rules]),
    };
  }
  return {
    decision: worst.decision,
    level: worst.level,
    score: worst.score,
    cues: found.cues,
    harms: found.harms,
    advice: adviceFor(found.cues),
    rules: [...worst.rules],
    version: policy.version,
  };
}

/**
 * The strongest term of each kind that other accounts add towards this target: collusion and a pile-on belong to it alone,
 * a return to all. Pure.
 */
function termsTowards(
  added: readonly { counterpart: string | null; terms: Contribution[] }[],
  target: Target,
): Contribution[] {
  const strongest = new Map<string, Contribution>();
  for (const { counterpart, terms } of added) {
    for (const term of terms) {
      if (term.kind !== 'evasion' && counterpart !== target.account) continue;
      if (term.weight > (strongest.get(term.kind)?.weight ?? 0)) strongest.set(term.kind, term);
    }
  }
  return [...strongest.values()];
}

/** Advice of the cues found, gravest first, each once; trifles (severity 1) are not worth a banner. */
function adviceFor(cues: readonly { cue: string }[]): ScreenAnswer['advice'] {
  return [...new Set(cues.map(({ cue }) => cue))]
    .flatMap((id) => cueById(id) ?? [])
    .filter((cue) => cue.severity >= 2)
    .sort((a, b) => b.severity - a.severity)
    .map((cue) => ({ cue: cue.id, name: cue.name, text: cue.advice }));
}
