import { Engine, type NestedCondition } from 'json-rules-engine';
import { loadDetectionPolicy } from '../../apps/server/src/detect/index.ts';
import {
  decideAssessment,
  decideMessage,
  type RuleFacts,
} from '../../apps/server/src/detect/measure/index.ts';
import { type Figure, rateOf, rateOfAsync } from './measure.ts';

const FACTS = 5_000;
const bands = ['under-13', '13-15', '16-17', '18-24', 'adult', 'unknown'] as const;
const relationships = ['stranger', 'contact', 'friend', 'family', 'teacher'] as const;

/** The rules of policy/rules as CEL, and the same rules in json-rules-engine, on the same facts. */
export async function measureRules(): Promise<Figure[]> {
  const policy = loadDetectionPolicy();
  const random = seeded(5);
  const facts = Array.from({ length: FACTS }, () => randomFacts(random));
  const engines = {
    message: engineOf(policy.definitions.filter(({ on }) => on === 'message')),
    assessment: engineOf(policy.definitions.filter(({ on }) => on === 'assessment')),
  };
  let fired = 0;
  for (const one of facts) {
    const ours = [...decideMessage(policy, one).rules, ...decideAssessment(policy, one).rules].sort();
    const theirs = [
      ...(await firedBy(engines.message, one)),
      ...(await firedBy(engines.assessment, one)),
    ].sort();
    if (ours.join() !== theirs.join())
      throw new Error(`the rules differ on ${JSON.stringify(one)}: ${ours} and ${theirs}`);
    fired += ours.length;
  }
  const ours = rateOf(
    FACTS * 20,
    () => {
      for (let n = 0; n < 20; n++)
        for (const one of facts) {
          decideMessage(policy, one);
          decideAssessment(policy, one);
        }
    },
    () => undefined,
  );
  const theirs = await rateOfAsync(
    FACTS,
    async () => {
      for (const one of facts) {
        await firedBy(engines.message, one);
        await firedBy(engines.assessment, one);
      }
    },
    { rounds: 5, warmUp: 1 },
  );
  const about = `all ${policy.definitions.length} rules of policy/rules on ${FACTS.toLocaleString('en')} facts drawn by chance, ${(fired / FACTS).toFixed(1)} rules fire on average, the same in both (checked)`;
  return [
    { what: 'rules in CEL (ours)', unit: 'facts/s', value: ours.cpu, wall: ours.wall, note: about },
    {
      what: 'the same rules in json-rules-engine',
      unit: 'facts/s',
      value: theirs.cpu,
      wall: theirs.wall,
      note: 'it answers by promises and can wait for facts that are looked up; ours has all facts at hand and compares them at once',
    },
    {
      what: 'ours over json-rules-engine',
      unit: 'times as fast',
      value: ours.cpu / theirs.cpu,
      note: 'by CPU time',
    },
  ];
}

function engineOf(rules: readonly { id: string; when: string }[]): Engine {
  return new Engine(
    rules.map(({ id, when }) => ({
      conditions: { all: when.split('&&').map(conditionOf) },
      event: { type: id },
    })),
  );
}

const operators: Record<string, string> = {
  '>=': 'greaterThanInclusive',
  '<=': 'lessThanInclusive',
  '>': 'greaterThan',
  '<': 'lessThan',
  '==': 'equal',
  '!=': 'notEqual',
};

/** One part of a conjunction: all that the rules of the files use. A rule that says more stops the measurement. */
function conditionOf(part: string): NestedCondition {
  const flag = part.trim().match(/^(!?)([a-z]\w*)$/i);
  if (flag) return { fact: flag[2] ?? '', operator: 'equal', value: flag[1] !== '!' };
  const [, fact, operator, value] = part.trim().match(/^([a-z]\w*) *(>=|<=|==|!=|>|<) *(-?[\d.]+)$/i) ?? [];
  if (!fact || !operator || !value)
    throw new Error(
      `bench/detection/rules.ts cannot say "${part.trim()}" in json-rules-engine: teach it, or leave the rule out`,
    );
  return { fact, operator: operators[operator] ?? '', value: Number(value) };
}

async function firedBy(engine: Engine, facts: RuleFacts): Promise<string[]> {
  const { events } = await engine.run({ ...facts });
  return events.map(({ type }) => type);
}

function randomFacts(random: () => number): RuleFacts {
  const of = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const actorBand = of(bands);
  const recipientBand = of(bands);
  const relationship = of(relationships);
  return {
    level: Math.floor(random() * 5),
    score: random() * 8 - 5,
    severity: Math.floor(random() * 6),
    cues: random() < 0.5 ? [] : ['asks-secrecy'],
    stages: [],
    harm: random() < 0.5 ? '' : 'grooming',
    relationship,
    known: relationship === 'friend' || relationship === 'family' || relationship === 'teacher',
    actorBand,
    actorAdult: actorBand === 'adult' || actorBand === '18-24',
    recipientBand,
    recipientMinor: recipientBand === 'under-13' || recipientBand === '13-15' || recipientBand === '16-17',
    features: { 'new-minors-1h': Math.floor(random() * 8) },
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32, public domain). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
