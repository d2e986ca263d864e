import type { ASTNode } from '@marcbachmann/cel-js';
import { type Finding, findingAt } from './finding.ts';

/**
 * What a rule may call. A rule runs for every message of every organisation in one thread, so its work must be bounded by
 * its length: `matches` is not (a regular expression can take seconds over thirty characters), and neither is what makes
 * new lists or names out of others (`map`, `cel.bind`), since each step may double what the one before it made.
 */
const callable: ReadonlySet<string> = new Set([
  'all',
  'contains',
  'double',
  'endsWith',
  'exists',
  'exists_one',
  'filter',
  'has',
  'int',
  'size',
  'startsWith',
  'string',
]);
const loops: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter']);

/** Calls that a rule may not make, and loops inside loops. */
export function checkCost(when: string, ast: ASTNode): Finding[] {
  const found: Finding[] = [];
  const walk = (node: ASTNode, looping: boolean): void => {
    if (node.op !== 'call' && node.op !== 'rcall') {
      for (const child of childrenOf(node)) walk(child, looping);
      return;
    }
    const [name] = node.args;
    if (!callable.has(name)) {
      found.push(findingAt(when, node.start, node.end, 'not-callable', { name }));
      return;
    }
    const loop = node.op === 'rcall' && loops.has(name);
    if (loop && looping) found.push(findingAt(when, node.start, node.end, 'loop-in-loop', { name }));
    for (const child of childrenOf(node)) walk(child, looping || loop);
  };
  walk(ast, false);
  return found.sort((a, b) => a.from - b.from);
}

export function childrenOf(node: ASTNode): ASTNode[] {
  const { args } = node as { args: unknown };
  const isNode = (value: unknown): value is ASTNode =>
    typeof value === 'object' && value !== null && 'op' in value && 'start' in value;
  const inside = (value: unknown): ASTNode[] =>
    isNode(value) ? [value] : Array.isArray(value) ? value.flatMap(inside) : [];
  return inside(args);
}
