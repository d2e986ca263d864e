import { rank } from '../base/vocabulary.ts';
import { applyAnswer, applyEvent, pairAnswered, type States } from './apply-event.ts';
import type { Assessment } from './assessment.ts';
import type { AccountState } from './behaviour.ts';
import type { ReadEvent } from './event.ts';
import {
  assessReturn,
  assessTogether,
  type Evasion,
  earliest,
  evasionsOn,
  type Mark,
  mergeEvasions,
} from './marks.ts';
import { joinPieces, plainSeal } from './pieces.ts';
import type { DetectionPolicy } from './policy.ts';
import type { PairState } from './risk.ts';

/** Detection with all its states in memory: for replay, simulation, evaluation and measurement. */
export interface MemoryDetection {
  /** The event read after the piece before it (pieces.ts): what {@link apply} takes. */
  read(event: ReadEvent): ReadEvent;
  /** The assessments that the event raised: those that are new, or whose level rose by what other accounts did. */
  apply(event: ReadEvent): Assessment[];
  /** Numbers of what is remembered. */
  size(): { accounts: number; pairs: number; marks: number };
  /** States of all tracked pairs. */
  pairs(): PairState[];
  states: States;
}

export function createMemoryDetection(policy: DetectionPolicy): MemoryDetection {
  const accounts = new Map<string, AccountState>();
  // Two steps rather than one joined key: no string is built for the many messages whose pair is not tracked.
  const pairs = new Map<string, Map<string, PairState>>();
  const marks = createMemoryMarks(policy);
  const states: States = {
    account: (id) => accounts.get(id),
    pair: (actor, other) => pairs.get(actor)?.get(other),
    setAccount: (id, state) => void accounts.set(id, state),
    setPair(actor, other, state) {
      const own = pairs.get(actor);
      if (own) own.set(other, state);
      else pairs.set(actor, new Map([[other, state]]));
    },
  };
  return {
    read: (event) => joinPieces(states, event, plainSeal),
    apply(event) {
      if (event.body.type === 'account.deleted') {
        const { id } = event.body.data.account;
        accounts.delete(id);
        pairs.delete(id);
        marks.forget(id);
      }
      const { raised, marks: fresh } = applyEvent(policy, states, event);
      if (pairAnswered(event)) applyAnswer(states, event);
      return fresh.length === 0 ? raised : [...raised, ...marks.add(fresh)];
    },
    size: () => ({
      accounts: accounts.size,
      pairs: [...pairs.values()].reduce((sum, own) => sum + own.size, 0),
      marks: marks.size(),
    }),
    pairs: () => [...pairs.values()].flatMap((own) => [...own.values()]),
    states,
  };
}

/** The set of marks in memory, with the assessments that follow from it (as marks-store.ts keeps it in the database). */
export function createMemoryMarks(policy: DetectionPolicy) {
  const all = new Map<string, Mark>();
  const bySubject = new Map<string, Mark[]>();
  const byAccount = new Map<string, Mark[]>();
  const told = new Map<string, Assessment>();
  const list = (from: Map<string, Mark[]>, kind: Mark['kind'], id: string) =>
    from.get(`${kind}\n${id}`) ?? [];
  const push = (to: Map<string, Mark[]>, key: string, mark: Mark) => {
    const found = to.get(key);
    if (found) found.push(mark);
    else to.set(key, [mark]);
  };

  function evasionsOf(account: string): Evasion[] {
    return list(byAccount, 'device', account).flatMap((device) => {
      const devices = list(bySubject, 'device', device.subject);
      const stoodOut = devices.flatMap((one) => list(bySubject, 'account', one.account));
      return evasionsOn(policy, devices, stoodOut).filter((evasion) => evasion.account === account);
    });
  }

  return {
    size: () => all.size,
    /** Adds marks (known ones change nothing) and returns what is new or has risen. */
    add(marks: readonly Mark[]): Assessment[] {
      const fresh = marks.filter((mark) => {
        const key = [mark.kind, mark.subject, mark.account, mark.step].join('\n');
        if (all.has(key)) return false;
        all.set(key, mark);
        push(bySubject, `${mark.kind}\n${mark.subject}`, mark);
        push(byAccount, `${mark.kind}\n${mark.account}`, mark);
        return true;
      });
      const targets = new Set<string>();
      const found: Assessment[] = [];
      for (const mark of fresh) {
        if (mark.kind === 'pair' || mark.kind === 'pile') {
          targets.add(`${mark.kind}\n${mark.subject}`);
          continue;
        }
        const devices = mark.kind === 'device' ? [mark] : list(byAccount, 'device', mark.account);
        for (const { subject } of devices) {
          for (const device of list(bySubject, 'device', subject)) {
            const [evasion] = mergeEvasions(evasionsOf(device.account));
            if (!evasion) continue;
            const hint = assessReturn(policy, earliest(list(byAccount, 'device', device.account)), evasion);
            if (hint) found.push(hint);
            for (const kind of ['pair', 'pile'] as const)
              for (const own of list(byAccount, kind, device.account)) targets.add(`${kind}\n${own.subject}`);
          }
        }
      }
      for (const target of targets) {
        const own = bySubject.get(target) ?? [];
        const evasions = mergeEvasions(own.flatMap(({ account }) => evasionsOf(account)));
        found.push(
          ...assessTogether(
            () => policy,
            own,
            new Map(evasions.map((evasion) => [evasion.account, evasion])),
          ),
        );
      }
      return found.filter((assessment) => {
        const before = told.get(assessment.id);
        told.set(assessment.id, assessment);
        return !before || rank(assessment.level) > rank(before.level);
      });
    },
    /** Removes the marks of an account, unless it stood out (forget-store.ts). */
    forget(account: string): void {
      if (list(byAccount, 'account', account).length > 0) return;
      for (const kind of ['pair', 'pile', 'device'] as const) {
        for (const mark of list(byAccount, kind, account)) {
          all.delete([mark.kind, mark.subject, mark.account, mark.step].join('\n'));
          const on = `${kind}\n${mark.subject}`;
          bySubject.set(
            on,
            (bySubject.get(on) ?? []).filter((one) => one.account !== account),
          );
        }
        byAccount.delete(`${kind}\n${account}`);
      }
    },
    /** Every assessment that follows from the set as it is, in no particular order. */
    assessments: () => [...told.values()],
  };
}
