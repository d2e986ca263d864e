import { type Level, rank } from '../../base/vocabulary.ts';
import type { States } from '../apply-event.ts';
import type { ReadEvent } from '../event.ts';
import { judgeMessage } from '../judge-message.ts';
import { type Decision, type DetectionPolicy, decideMessage, stricter } from '../policy.ts';

export interface MessageVerdict {
  decision: Decision;
  rules: string[];
}

/**
 * What the message rules, those in force and the silent ones, would have said before this message was delivered: as
 * screening judges it, on the states before the event. Undefined for what is not a message with a cue. Pure.
 */
export function compareMessage(
  policy: DetectionPolicy,
  states: States,
  event: ReadEvent,
): { level: Level; own: MessageVerdict; silent: MessageVerdict } | undefined {
  if (event.body.type !== 'message.sent' || event.cues.length === 0) return undefined;
  const own = new Worst();
  const silent = new Worst();
  let level: Level = 'none';
  for (const { risk, facts } of judgeMessage(policy, states, event.body.data, event, event.time)) {
    if (rank(risk.level) > rank(level)) level = risk.level;
    own.add(decideMessage(policy, facts));
    silent.add(decideMessage({ rules: policy.silent ?? [] }, facts));
  }
  return { level, own: own.verdict(), silent: silent.verdict() };
}

/** Actions in one word, `none` without any. */
export function outcomeOf(actions: readonly string[]): string {
  return actions.length === 0 ? 'none' : [...actions].sort().join('+');
}

/** The strictest decision over several recipients, with every rule that fired. */
class Worst {
  #decision: Decision = 'allow';
  readonly #rules = new Set<string>();

  add({ decision, rules }: MessageVerdict): void {
    this.#decision = stricter(this.#decision, decision);
    for (const rule of rules) this.#rules.add(rule);
  }

  verdict(): MessageVerdict {
    return { decision: this.#decision, rules: [...this.#rules] };
  }
}
