import { Level } from '../../base/vocabulary.ts';
import type { States } from '../apply-event.ts';
import type { Assessment } from '../assessment.ts';
import type { ReadEvent } from '../event.ts';
import { actorOf } from '../event.ts';
import { createMemoryDetection, type MemoryDetection } from '../memory.ts';
import type { DetectionPolicy } from '../policy.ts';
import {
  type AccountDecision,
  type BacktestExample,
  type BacktestResult,
  Outcome,
} from './backtest-result.ts';
import { compareMessage, outcomeOf } from './compare-message.ts';

/** Examples kept of each kind. */
const MOST_EXAMPLES = 20;
const decisions = ['allow', 'warn', 'hold', 'block'];

type Draftless = Omit<BacktestExample, 'outcome' | 'caseId'>;
interface Count {
  inForce: number;
  draft: number;
}

/**
 * Runs events, in the order of the log, through detection in memory and counts what the rules in force (`policy.rules`)
 * and the draft (`policy.silent`) ask for. Events with `counts` false only warm the memory up. No clock, no database.
 */
export class Backtest {
  readonly #policy: DetectionPolicy;
  readonly #detection: MemoryDetection;
  readonly #levels = new Map<Level, { assessments: number } & Count>();
  readonly #rules = new Map<string, { on: 'message' | 'assessment' } & Count>();
  readonly #decisions = new Map<string, Count>();
  readonly #opened = { inForce: new Map<string, Draftless>(), draft: new Map<string, Draftless>() };
  readonly #stricter: Draftless[] = [];
  readonly #milder: Draftless[] = [];
  #counts = { events: 0, messages: 0, assessments: 0, stricter: 0, milder: 0, textMissing: 0 };

  constructor(policy: DetectionPolicy) {
    this.#policy = policy;
    this.#detection = createMemoryDetection(policy);
  }

  take(event: ReadEvent, counts: boolean): void {
    if (counts) this.#takeMessage(this.#detection.states, event);
    const raised = this.#detection.apply(event);
    if (!counts) return;
    this.#counts.events++;
    for (const one of raised) this.#takeAssessment(one);
  }

  /** Accounts for which either side opens a case, so that their later decisions can be fetched. */
  accounts(): string[] {
    const { inForce, draft } = this.#opened;
    return [
      ...new Set([
        ...inForce.keys(),
        ...draft.keys(),
        ...[...this.#stricter, ...this.#milder].map(({ account }) => account),
      ]),
    ];
  }

  result(decided: ReadonlyMap<string, AccountDecision>): BacktestResult {
    const { inForce, draft } = this.#opened;
    const told = (one: Draftless): BacktestExample => ({
      ...one,
      outcome: decided.get(one.account)?.outcome ?? 'none',
      caseId: decided.get(one.account)?.caseId ?? null,
    });
    const outcome = (account: string) => decided.get(account)?.outcome ?? 'none';
    // What people decided about teaches most, so it is shown first.
    const weight = ({ account }: Draftless) => Outcome.options.indexOf(outcome(account));
    const only = (side: Map<string, Draftless>, other: Map<string, Draftless>) =>
      [...side.values()].filter(({ account }) => !other.has(account)).sort((a, b) => weight(a) - weight(b));
    const gained = only(draft, inForce);
    const lost = only(inForce, draft);
    const countOutcomes = (opened: Map<string, Draftless>, wanted: string) =>
      [...opened.keys()].filter((account) => outcome(account) === wanted).length;
    return {
      events: this.#counts.events,
      messages: this.#counts.messages,
      assessments: this.#counts.assessments,
      levels: Level.options.flatMap((level) => {
        const found = this.#levels.get(level);
        if (!found) return [];
        return [
          { level, assessments: found.assessments, cases: { inForce: found.inForce, draft: found.draft } },
        ];
      }),
      rules: [...this.#rules]
        .map(([key, count]) => ({ id: key.slice(key.indexOf(' ') + 1), ...count }))
        .sort((a, b) => (a.on + a.id < b.on + b.id ? -1 : 1)),
      decisions: decisions.flatMap((decision) => {
        const found = this.#decisions.get(decision);
        return found ? [{ decision, ...found }] : [];
      }),
      outcomes: Outcome.options.map((wanted) => ({
        outcome: wanted,
        inForce: countOutcomes(inForce, wanted),
        draft: countOutcomes(draft, wanted),
      })),
      cases: { inForce: inForce.size, draft: draft.size },
      gained: gained.slice(0, MOST_EXAMPLES).map(told),
      lost: lost.slice(0, MOST_EXAMPLES).map(told),
      gainedCount: gained.length,
      lostCount: lost.length,
      stricter: this.#stricter.map(told),
      milder: this.#milder.map(told),
      stricterCount: this.#counts.stricter,
      milderCount: this.#counts.milder,
      textMissing: this.#counts.textMissing,
    };
  }

  #takeMessage(states: States, event: ReadEvent): void {
    if (event.body.type === 'message.sent' && event.text === null) this.#counts.textMissing++;
    const found = compareMessage(this.#policy, states, event);
    if (!found) return;
    this.#counts.messages++;
    const { own, silent, level } = found;
    const add = (key: string, side: keyof Count) => {
      const count = this.#decisions.get(key) ?? { inForce: 0, draft: 0 };
      this.#decisions.set(key, { ...count, [side]: count[side] + 1 });
    };
    add(own.decision, 'inForce');
    add(silent.decision, 'draft');
    this.#fired('message', own.rules, silent.rules);
    const difference = decisions.indexOf(silent.decision) - decisions.indexOf(own.decision);
    if (difference === 0) return;
    this.#counts[difference > 0 ? 'stricter' : 'milder']++;
    const kept = difference > 0 ? this.#stricter : this.#milder;
    if (kept.length < MOST_EXAMPLES) {
      kept.push({
        eventId: event.eventId,
        account: actorOf(event.body),
        at: event.time.toISOString(),
        level,
        inForce: own.decision,
        draft: silent.decision,
        rules: difference > 0 ? silent.rules : own.rules,
      });
    }
  }

  #takeAssessment(one: Assessment): void {
    this.#counts.assessments++;
    const silent = one.silent ?? { actions: [], rules: [] };
    const opens = { inForce: one.actions.includes('open-case'), draft: silent.actions.includes('open-case') };
    const level = this.#levels.get(one.level) ?? { assessments: 0, inForce: 0, draft: 0 };
    this.#levels.set(one.level, {
      assessments: level.assessments + 1,
      inForce: level.inForce + Number(opens.inForce),
      draft: level.draft + Number(opens.draft),
    });
    this.#fired('assessment', one.rules, silent.rules);
    for (const side of ['inForce', 'draft'] as const) {
      if (!opens[side] || this.#opened[side].has(one.account)) continue;
      this.#opened[side].set(one.account, {
        eventId: one.eventId,
        account: one.account,
        at: one.at.toISOString(),
        level: one.level,
        inForce: outcomeOf(one.actions),
        draft: outcomeOf(silent.actions),
        rules: side === 'inForce' ? one.rules : silent.rules,
      });
    }
  }

  #fired(on: 'message' | 'assessment', inForce: readonly string[], draft: readonly string[]): void {
    for (const [side, ids] of [
      ['inForce', inForce],
      ['draft', draft],
    ] as const) {
      for (const id of ids) {
        const key = `${on} ${id}`;
        const count = this.#rules.get(key) ?? { on, inForce: 0, draft: 0 };
        this.#rules.set(key, { ...count, [side]: count[side] + 1 });
      }
    }
  }
}
