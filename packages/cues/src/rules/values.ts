import type { ASTNode } from '@marcbachmann/cel-js';
import type { LocalText } from '../cue.ts';
import { childrenOf } from './cost.ts';
import { type FactName, ruleFacts } from './facts.ts';
import { type Finding, findingAt, nearest } from './finding.ts';

const macros = new Set(['exists', 'all', 'exists_one', 'filter', 'map']);
const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);
const kinds: Record<string, LocalText> = {
  cues: { vi: 'dấu hiệu', en: 'cue' },
  stages: { vi: 'bước', en: 'stage' },
  harm: { vi: 'nguy cơ', en: 'harm' },
  relationship: { vi: 'quan hệ', en: 'relationship' },
  actorBand: { vi: 'nhóm tuổi', en: 'age band' },
  recipientBand: { vi: 'nhóm tuổi', en: 'age band' },
  feature: { vi: 'số đo', en: 'feature' },
};

/** Words and numbers that a fact can never equal: a typo there is valid CEL and a rule that never fires. */
export function checkValues(when: string, ast: ASTNode, features: readonly string[]): Finding[] {
  const found: Finding[] = [];
  // Names bound by a macro, such as `c` in cues.exists(c, …), stand for the elements of their list.
  const walk = (node: ASTNode, bound: ReadonlyMap<string, FactName>): void => {
    const nameOf = (side: ASTNode): FactName | undefined =>
      side.op === 'id'
        ? (bound.get(side.args) ?? (side.args in ruleFacts ? (side.args as FactName) : undefined))
        : undefined;
    const word = (side: ASTNode, fact: FactName | 'feature', values: readonly string[]) => {
      if (side.op !== 'value' || typeof side.args !== 'string' || values.includes(side.args)) return;
      found.push(
        findingAt(when, side.start, side.end, 'unknown-value', {
          value: side.args,
          ...kinds[fact],
          near: nearest(side.args, values),
        }),
      );
    };
    const number = (side: ASTNode, fact: FactName) => {
      const range = ruleFacts[fact].range;
      if (!range || side.op !== 'value' || typeof side.args !== 'bigint') return;
      const [low, high] = range;
      if (side.args < BigInt(low) || side.args > BigInt(high)) {
        found.push(
          findingAt(when, side.start, side.end, 'out-of-range', {
            name: fact,
            value: String(side.args),
            low,
            high,
          }),
        );
      }
    };
    const compare = (fact: FactName | undefined, side: ASTNode) => {
      if (fact === undefined) return;
      word(side, fact, ruleFacts[fact].values ?? [...(typeof side.args === 'string' ? [side.args] : [])]);
      number(side, fact);
    };

    if (comparisons.has(node.op)) {
      const [left, right] = node.args as [ASTNode, ASTNode];
      compare(nameOf(left), right);
      compare(nameOf(right), left);
    } else if (node.op === 'in') {
      const [left, right] = node.args;
      const list = nameOf(right);
      if (list === 'features') word(left, 'feature', features);
      else if (list === 'cues' || list === 'stages') compare(list, left);
      else if (right.op === 'list') for (const item of right.args) compare(nameOf(left), item);
    } else if (node.op === '[]' && nameOf(node.args[0]) === 'features') {
      word(node.args[1], 'feature', features);
    } else if (node.op === '.' && nameOf(node.args[0]) === 'features' && !features.includes(node.args[1])) {
      found.push(
        findingAt(when, node.start, node.end, 'unknown-value', {
          value: node.args[1],
          ...kinds.feature,
          near: nearest(node.args[1], features),
        }),
      );
    }

    if (node.op === 'rcall' && macros.has(node.args[0])) {
      const [, receiver, [variable, ...bodies]] = node.args;
      const list = nameOf(receiver);
      walk(receiver, bound);
      const inner = new Map(bound);
      if (variable?.op === 'id' && (list === 'cues' || list === 'stages')) inner.set(variable.args, list);
      else if (variable?.op === 'id') inner.delete(variable.args);
      for (const body of bodies) walk(body, inner);
      return;
    }
    for (const child of childrenOf(node)) walk(child, bound);
  };
  walk(ast, new Map());
  return found.sort((a, b) => a.from - b.from);
}
