/**
 * `npm run eval`: what the patterns find in packages/cues/examples, by cue and split. The examples of a cue are written
 * without sight of its patterns; once patterns have been mended on a split, only the others still measure anything.
 */
import { analyse, cues } from '../src/index.ts';
import { type Example, readExamples } from './examples.ts';

interface Count {
  found: number;
  of: number;
}

const examples = readExamples();
const finds = ({ text, cue }: Example) => analyse(text).cues.some((one) => one.cue === cue);

function count(which: Example[]): Count {
  return { found: which.filter(finds).length, of: which.length };
}

const table = cues.flatMap(({ id }) => {
  const own = examples.filter(({ cue }) => cue === id);
  if (own.length === 0) return [];
  const of = (yes: boolean, held: boolean) =>
    count(own.filter((one) => one.yes === yes && (one.split !== 'train') === held));
  const cells = {
    'found, train': of(true, false),
    'found, held': of(true, true),
    'false, held': of(false, true),
  };
  return [
    [
      id,
      Object.fromEntries(
        Object.entries(cells).map(([name, { found, of: all }]) => [name, `${found}/${all}`]),
      ),
    ],
  ];
});
console.table(Object.fromEntries(table));

for (const split of ['train', 'dev', 'test'] as const) {
  const part = examples.filter((one) => one.split === split);
  const yes = count(part.filter((one) => one.yes));
  const no = count(part.filter((one) => !one.yes));
  const precision = yes.found / (yes.found + no.found || 1);
  const recall = yes.found / (yes.of || 1);
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  console.log(
    `${split.padEnd(5)} recall ${percent(recall)} (${yes.found}/${yes.of}), precision ${percent(precision)}, hard negatives flagged ${percent(no.found / (no.of || 1))} (${no.found}/${no.of})`,
  );
}
