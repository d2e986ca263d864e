/**
 * `npm run eval`: what detection finds on texts, conversations and platforms that it was not trained on. Prints tables
 * and, with `--json FILE`, writes the same numbers. `--split dev` measures the dev split instead of the test split.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadDetectionPolicy } from '../apps/server/src/detect/index.ts';
import {
  measureConversations,
  measurePlatforms,
  readConversations,
} from '../apps/server/src/detect/measure/index.ts';
import type { Split } from '../packages/cues/scripts/examples.ts';
import { falseAlarmsByGroup } from '../packages/cues/scripts/fairness.ts';
import {
  anyOf,
  byCue,
  byHarm,
  calibrationError,
  onPublicSets,
  readSplit,
  type Score,
  underDisguise,
} from '../packages/cues/scripts/measure.ts';
import { modelVersion } from '../packages/cues/src/index.ts';

const { values } = parseArgs({
  options: { json: { type: 'string' }, split: { type: 'string', default: 'test' } },
});
if (values.split !== 'test' && values.split !== 'dev') {
  console.error(`--split must be test or dev, not "${values.split}".`);
  process.exit(1);
}
const split: Split = values.split;

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const cells = ({ yes, no, precision, recall, f1, f05 }: Score) => ({
  yes,
  no,
  precision: percent(precision),
  recall: percent(recall),
  F1: f1.toFixed(3),
  'F0.5': f05.toFixed(3),
});
function table(title: string, rows: Record<string, Record<string, unknown>>): void {
  console.log(`\n${title}`);
  console.table(rows);
}
const named = <T>(rows: readonly T[], name: (row: T) => string, show: (row: T) => Record<string, unknown>) =>
  Object.fromEntries(rows.map((row) => [name(row), show(row)]));

const began = performance.now();
console.log(`Text model ${modelVersion() ?? 'none'}, ${split} split.`);

const reads = readSplit(split);
const any = anyOf(reads);
table(
  'A message shows some harm (probability from 0.5 on), against innocent messages, most of them look-alikes',
  named(
    any,
    ({ slice }) => slice,
    ({ score }) => cells(score),
  ),
);
const harm = byHarm(reads);
table(
  'By harm',
  named(
    harm,
    ({ harm: id }) => id,
    ({ score }) => cells(score),
  ),
);
const cue = byCue(reads);
table(
  'By cue (both languages)',
  named(
    cue.filter(({ lang }) => lang === 'all'),
    ({ cue: id }) => id,
    ({ score }) => cells(score),
  ),
);
const calibration = calibrationError(reads);
table(
  'Calibration of harms: expected calibration error over ten bins',
  named(
    calibration,
    ({ harm: id }) => id,
    ({ error }) => ({ ECE: error.toFixed(3) }),
  ),
);
const sets = onPublicSets(split);
if (sets.length === 0) console.log('\nPublic sets: the folder of shared data is not beside the repository.');
else
  table(
    'Public sets (their own test messages)',
    named(
      sets,
      ({ set, harm: id }) => `${set} (${id})`,
      ({ score }) => cells(score),
    ),
  );

const disguises = underDisguise(split);
const plain = disguises[0];
table(
  'Recall on harmful messages under disguise (goal: falls by less than 10 points)',
  named(
    disguises,
    ({ disguise }) => disguise,
    (row) => ({
      'own cue': percent(row.cue),
      'some harm': percent(row.harm),
      'falls by': `${(100 * Math.max((plain?.cue ?? 0) - row.cue, (plain?.harm ?? 0) - row.harm)).toFixed(1)} points`,
    }),
  ),
);

// Both splits that the fit has not seen: on one alone a group of a hundred messages tells little.
const groups = falseAlarmsByGroup(['dev', 'test']);
table(
  'False alarms on innocent messages of dev and test by group (goal: at most 1.5 times the mean)',
  named(
    groups,
    ({ group }) => group,
    ({ n, rate, asWritten, timesMean }) => ({
      n,
      'in its words': percent(rate),
      'same messages as written': percent(asWritten),
      'times the mean': timesMean.toFixed(2),
    }),
  ),
);

const policy = loadDetectionPolicy();
const early = (['first', 'fresh'] as const).flatMap((set) => {
  const own = (['vi', 'en'] as const).flatMap((lang) => readConversations(lang, set));
  const conversations = own.filter((one) => one.split === split);
  if (conversations.length === 0) return [];
  return (['elevated', 'high'] as const).map((level) => ({
    set,
    ...measureConversations(policy, conversations, level),
  }));
});
table(
  'Conversations (early detection)',
  named(
    early,
    ({ set, level }) => `${set} set, ${level}`,
    (row) => ({
      conversations: `${row.harmful} harmful of ${row.conversations}`,
      precision: percent(row.precision),
      recall: percent(row.recall),
      F1: row.f1,
      'latency (messages)': row.latency,
      'beyond the first harmful': row.beyondFirst,
      speed: row.speed,
      'F-latency': row.fLatency,
      p: row.p,
    }),
  ),
);

/** Seeds and lines that the weights were not fitted on (scripts/fit-risk.ts names its own). */
const platforms = measurePlatforms(
  policy,
  [901, 902, 903].map((seed) => ({
    seed,
    lines: 'held-out' as const,
    accounts: 3000,
    events: 60_000,
    harmfulPerThousand: 15,
    lookAlikesPerThousand: 15,
    start: new Date('2026-11-01T00:00:00Z'),
    days: 28,
  })),
);
table(
  'Simulated platforms by kind of harmful account',
  named(
    platforms.kinds,
    ({ kind }) => kind,
    ({ accounts, auc, caught, inTime, medianMessages, medianSent }) => ({
      accounts,
      AUC: auc,
      'reach high': percent(caught),
      'before the gravest stage': percent(inTime),
      'messages until high': medianMessages,
      'messages in all': medianSent,
    }),
  ),
);
const { ordinary } = platforms;
console.log(
  `Ordinary accounts: ${ordinary.messages} messages, ${ordinary.highMessages} raised "high" or more: ${ordinary.highPer10000} per 10,000 (goal: at most 5); ${ordinary.accountsAtHigh} of ${ordinary.accounts} accounts reached it.`,
);
table(
  'Ordinary accounts that look alike',
  named(
    platforms.lookAlikes,
    ({ role }) => role,
    ({ accounts, elevated, high }) => ({ accounts, elevated, high }),
  ),
);
console.log(`\n${((performance.now() - began) / 1000).toFixed(0)} s`);

if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ model: modelVersion(), split, any, harm, cue, calibration, sets, disguises, groups, early, platforms }, null, 1)}\n`,
  );
}
