import type { Party } from '../base/vocabulary.ts';
import { stepPair } from './apply-event.ts';
import type { Contribution } from './assessment.ts';
import { adultAmongMinors, type Target, targetsOf } from './audience.ts';
import { type AccountState, featuresOf } from './behaviour.ts';
import { factsOf } from './conclude.ts';
import type { Relationship } from './event.ts';
import type { DetectionPolicy, RuleFacts } from './policy.ts';
import { type Observation, type PairState, type Risk, total } from './risk.ts';
import { stageNames } from './stages.ts';

/** A message before its delivery. */
export interface Draft {
  conversation: string;
  from: Party;
  to: Party[];
  mentions?: string[] | undefined;
  relationship?: Relationship | undefined;
}

/**
 * How its sender would stand towards each target after the message, and what the rules may look at. Changes no state.
 * `across` gives what other accounts add.
 */
export function judgeMessage(
  policy: Pick<DetectionPolicy, 'risk'>,
  states: {
    account(id: string): AccountState | undefined;
    pair(actor: string, other: string): PairState | undefined;
  },
  draft: Draft,
  { cues, resemblance }: { cues: readonly Observation[]; resemblance: number },
  time: Date,
  across: (target: Target) => Contribution[] = () => [],
): { risk: Risk; facts: RuleFacts }[] {
  const { from, to, relationship = 'stranger' } = draft;
  const accountFeatures = featuresOf(states.account(from.id), time.getTime());
  return targetsOf(draft).map((target) => {
    const before = states.pair(from.id, target.key);
    const {
      pair,
      risk: own,
      features,
    } = stepPair(
      policy,
      before && structuredClone(before),
      { cues, resemblance, position: 0, time },
      {
        band: from.ageBand,
        otherBand: target.band,
        relationship,
        outsider: target.account === null && adultAmongMinors(from, to, relationship),
        accountFeatures,
      },
    );
    const others = across(target);
    const risk = others.length === 0 ? own : total(policy.risk, [...own.contributions, ...others], own.harm);
    const facts = factsOf({
      risk,
      relationship,
      accountBand: from.ageBand,
      counterpartBand: target.band,
      cues,
      stages: stageNames(pair.paths),
      features,
    });
    return { risk, facts };
  });
}
