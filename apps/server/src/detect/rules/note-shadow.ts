import type { States } from '../apply-event.ts';
import type { Assessment } from '../assessment.ts';
import type { ReadEvent } from '../event.ts';
import { actorOf } from '../event.ts';
import type { DetectionPolicy } from '../policy.ts';
import { compareMessage, outcomeOf } from './compare-message.ts';
import type { Chosen } from './rule-book.ts';
import type { ShadowRow } from './rule-store.ts';

type Noted = NonNullable<Chosen['noted']>;

/** What both sides would have said to a message before delivery; nothing when neither had a word to say. */
export function noteMessage(
  policy: DetectionPolicy,
  noted: Noted,
  states: States,
  event: ReadEvent,
  now: Date,
): ShadowRow[] {
  const found = compareMessage(policy, states, event);
  if (!found || found.own.rules.length + found.silent.rules.length === 0) return [];
  const { level, own, silent } = found;
  return [
    {
      organisationId: event.organisationId,
      key: `message:${event.position}`,
      on: 'message',
      eventId: event.eventId,
      account: actorOf(event.body),
      level,
      at: event.time,
      recordedAt: now,
      ...sides(
        noted,
        { outcome: own.decision, rules: own.rules },
        { outcome: silent.decision, rules: silent.rules },
      ),
    },
  ];
}

/** What both sides asked for at each assessment. */
export function noteAssessments(noted: Noted, raised: readonly Assessment[], now: Date): ShadowRow[] {
  return raised.flatMap((one) => {
    if (!one.silent || one.rules.length + one.silent.rules.length === 0) return [];
    return [
      {
        organisationId: one.organisationId,
        key: one.id,
        on: 'assessment' as const,
        eventId: one.eventId,
        account: one.account,
        level: one.level,
        at: one.at,
        recordedAt: now,
        ...sides(
          noted,
          { outcome: outcomeOf(one.actions), rules: one.rules },
          { outcome: outcomeOf(one.silent.actions), rules: one.silent.rules },
        ),
      },
    ];
  });
}

interface Said {
  outcome: string;
  rules: string[];
}

// The side that decided is the policy's own; the other one was silent.
function sides({ version, side }: Noted, own: Said, silent: Said) {
  const [inForce, candidate] = side === 'in-force' ? [own, silent] : [silent, own];
  return {
    version,
    side,
    inForce: inForce.outcome,
    candidate: candidate.outcome,
    inForceRules: inForce.rules,
    candidateRules: candidate.rules,
  };
}
