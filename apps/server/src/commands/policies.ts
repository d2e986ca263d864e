import { parseArgs } from 'node:util';
import { checkPolicyFolder } from '../prevent/workbench/index.ts';

/** `keben safeguards test [--dir DIR]`: exit code 1 when the policies do not compile or are below the floor. */
export function testSafeguards(words: string[]): void {
  const { values } = parseArgs({ args: words, options: { dir: { type: 'string' } } });
  const { policies, situations, floor, changes, idle, inCedar } = checkPolicyFolder(values.dir);
  const lines = [`ok       ${policies} policies compile`];
  for (const { name, law, count, situations: some } of floor) {
    lines.push(
      `FAILED   ${name.en}${law === undefined ? '' : ` (${law})`}: not so in ${count} situations`,
      ...some.map(({ en }) => `           ${en}`),
    );
  }
  if (floor.length === 0) lines.push('ok       nothing that must stay is weakened');
  for (const { name, before, after, policies: because } of changes)
    lines.push(`changed  ${name.en}: ${told(before)} -> ${told(after)} (${because.join(', ')})`);
  lines.push(`${changes.length} of ${situations} situations differ from the shipped policies`);
  if (idle.length > 0) lines.push(`decide none of the situations: ${idle.join(', ')}`);
  if (inCedar.length > 0) lines.push(`not wholly in words: ${inCedar.join(', ')}`);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (floor.length > 0) process.exitCode = 1;
}

const told = ({ decision, obligations }: { decision: string; obligations: string[] }) =>
  [decision, ...obligations].join('+');
