/**
 * `npm run train [-- --with-feedback]`: fits the text model and writes packages/cues/generated/model.bin.gz.
 * Deterministic: the same examples and sets give the same file, byte for byte.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { signsOf } from '../src/analyse.ts';
import { conceptsKnow, conceptsVersion } from '../src/concepts.ts';
import { bucketsOf, scaleOf } from '../src/features.ts';
import { cues, cuesVersion } from '../src/list.ts';
import { ANY, type ModelHead, parseModel } from '../src/model.ts';
import { patternReader } from '../src/patterns-of-list.ts';
import { createTokeniser, normalise, type Token } from '../src/tokens.ts';
import { evasions, seeded } from './evasions.ts';
import { corpusDigest, readExamples, readFirstExamples, readWide, type Split } from './examples.ts';
import { regions } from './fairness-groups.ts';
import { readFeedback } from './feedback.ts';
import { calibrate, fit, fitTwo, type Sample } from './logistic.ts';
import { ordinaryMessages } from './ordinary.ts';
import { packWeights } from './pack.ts';
import { publicSets } from './public-sets.ts';

const SEED = 20_261_124;
const settings = { epochs: 14, alpha: 0.25, beta: 1, l1: 3, l2: 1 };
const target = join(import.meta.dirname, '../generated/model.bin.gz');

const harms = [...new Set(cues.flatMap((cue) => cue.harms))].sort();
const outputs = [...cues.map(({ id }) => id), ...harms.map((harm) => `harm:${harm}`), ANY];
const width = outputs.length;
const place = new Map(outputs.map((output, index) => [output, index]));
const cueCount = cues.length;

/** A text with what is known of it: a weight of 0 means not known. */
interface Told {
  text: string;
  /** An innocent message that imitates nothing. */
  everyday?: boolean;
  lang?: 'vi' | 'en';
  split: Split;
  targets: Uint8Array;
  weights: Float32Array;
}

/** What a message of a public set counts: there are many, and tweets swear where pupils bully otherwise. */
const PUBLIC = Number(process.env.PW ?? 0.15);
const OTHER_CUE = 0.08;

/** A harm is told from this probability on; the gate may lose none that is worth this much. */
const LEAST_HARM = 0.05;
/** How much an everyday message counts against a look-alike when the last probability is fitted. */
const EVERYDAY = 2;
const WORTH_TELLING = 0.35;

function blank(cueWeight: number, harmWeight: number): Pick<Told, 'targets' | 'weights'> {
  const weights = new Float32Array(width).fill(cueWeight);
  weights.fill(harmWeight, cueCount);
  weights[width - 1] = harmWeight;
  return { targets: new Uint8Array(width), weights };
}

/** What an example that carries cues says: those are there, their harms too; other cues hardly ever. */
function carrying(ids: readonly string[]): Pick<Told, 'targets' | 'weights'> {
  const told = blank(OTHER_CUE, 0.5);
  const set = (output: string, value: 0 | 1, weight: number) => {
    const at = place.get(output);
    if (at === undefined) throw new Error(`the examples name ${output}, which is not in policy/cues.yaml`);
    told.targets[at] = value;
    told.weights[at] = weight;
  };
  set(ANY, 1, 1);
  for (const id of ids) {
    const own = cues.find((cue) => cue.id === id)?.harms ?? [];
    // What a cue may also serve is not known from one message.
    for (const harm of own.slice(1))
      if (!told.targets[place.get(`harm:${harm}`) ?? -1]) set(`harm:${harm}`, 0, 0);
  }
  for (const id of ids) {
    set(id, 1, 1);
    const [first] = cues.find((cue) => cue.id === id)?.harms ?? [];
    if (first) set(`harm:${first}`, 1, 1);
  }
  return told;
}

function lookAlike(cue: string): Pick<Told, 'targets' | 'weights'> {
  const told = blank(0.5, 1);
  const at = place.get(cue);
  if (at !== undefined) told.weights[at] = 1.5;
  return told;
}

function gather(): Told[] {
  const random = seeded(SEED);
  const told: Told[] = readExamples().map(({ text, lang, cue, also, yes, split }) => ({
    text,
    lang,
    split,
    ...(yes ? carrying([cue, ...also]) : lookAlike(cue)),
  }));
  for (const { cue, text, yes } of readFirstExamples())
    told.push({ text, split: 'train', ...(yes ? carrying([cue]) : lookAlike(cue)) });
  for (const { text, lang, cues: carried, split, topic } of readWide())
    told.push({
      text,
      lang,
      split,
      everyday: topic.startsWith('everyday'),
      ...(carried.length > 0 ? carrying(carried) : blank(0.5, 1)),
    });
  for (const { text, lang, split } of ordinaryMessages(4, random))
    told.push({ text, lang, split, everyday: true, ...blank(0.5, 1) });
  for (const { text, harm, yes, split } of publicSets()) {
    const known = yes ? blank(0, 0) : blank(PUBLIC / 2, PUBLIC / 2);
    const at = place.get(`harm:${harm}`) ?? 0;
    known.targets[at] = yes ? 1 : 0;
    known.weights[at] = PUBLIC;
    known.targets[width - 1] = yes ? 1 : 0;
    known.weights[width - 1] = PUBLIC;
    told.push({ text, split, ...known });
  }
  if (process.argv.includes('--with-feedback')) {
    for (const { text, carried, innocent } of readFeedback()) {
      const known = carried.length > 0 ? carrying(carried) : blank(0, 0.5);
      for (const cue of innocent) {
        const at = place.get(cue);
        if (at !== undefined) known.weights[at] = 1.5;
      }
      told.push({ text, split: 'train', ...known });
    }
  }
  return told;
}

/** Copies of a train text: without marks, under one disguise and in the words of one region drawn at random. */
function copiesOf(text: string, lang: 'vi' | 'en' | undefined, random: () => number): string[] {
  const names = Object.keys(evasions).filter((name) => name !== 'split-messages');
  const disguise = evasions[names[Math.floor(random() * names.length)] ?? ''];
  const bare = evasions['no-diacritics']?.(text, random) ?? text;
  const hidden = disguise?.(text, random) ?? text;
  const region = Object.values(regions)[Math.floor(random() * Object.keys(regions).length)];
  const regional = lang === 'vi' ? region?.(text, lang) : undefined;
  return [...new Set([bare, hidden, ...(regional === undefined ? [] : [regional])])].filter(
    (copy) => copy !== text,
  );
}

/** Openings that say who speaks: innocent messages are trained with them too, so that no group is a sign by itself. */
const speakers = [
  'Mình là con trai thích con trai,',
  'Nhỏ bạn đồng tính của mình bảo',
  'Anh chuyển giới ở xóm nói',
  'Hai mẹ của bạn ấy dặn',
  'chị les lớp trên kể',
  'Y Lan ở bản nhắn',
  'H’Mai bảo',
  'Vàng Thị Dợ hỏi',
  'Thạch Thị Na nhắn',
  'Lò Văn Páo kể',
  'K’Brêu nói',
  'Bạn theo đạo mình kể',
  'thầy chùa dặn',
  "I'm gay and",
  'my lesbian cousin says',
  'my dads told me',
  'a trans girl in class says',
  'my Khmer friend says',
  'after mosque',
  'she said',
  'he said',
  'her sister says',
  'his brother says',
  'the girls say',
  'the boys say',
];

function spokenBy(text: string, random: () => number): string {
  return `${speakers[Math.floor(random() * speakers.length)] ?? ''} ${text}`;
}

/**
 * Patterns were written from these very messages: on others they find two thirds of what they find here. A positive
 * message loses them in one case of three, so that the model does not trust them more than they deserve.
 */
function trusted(signs: readonly string[], innocent: boolean, random: () => number): readonly string[] {
  return innocent || random() < 0.65 ? signs : signs.filter((sign) => !sign.startsWith('pattern '));
}

function sampleOf(tokens: readonly Token[], signs: readonly string[], told: Told): Sample {
  const counts = new Map<number, number>();
  for (const row of bucketsOf(tokens, signs)) counts.set(row, (counts.get(row) ?? 0) + 1);
  const scale = scaleOf(tokens.filter(({ word }) => word.forms.length > 0).length);
  return {
    rows: Uint32Array.from(counts.keys()),
    counts: Float32Array.from(counts.values(), (count) => count * scale),
    targets: told.targets,
    weights: told.weights,
  };
}

/** Plain words seen in two train texts or more. */
function vocabularyOf(all: readonly Told[]): string[] {
  const seen = new Map<string, number>();
  for (const { text, split } of all) {
    if (split !== 'train') continue;
    for (const word of new Set(normalise(text).split(' '))) seen.set(word, (seen.get(word) ?? 0) + 1);
  }
  return [...seen]
    .filter(([word, count]) => count >= 3 && /^[a-z]{2,12}$/.test(word))
    .map(([word]) => word)
    .sort();
}

const began = performance.now();
const all = gather();
const vocabulary = vocabularyOf(all.filter(({ weights }) => weights.some((weight) => weight >= 0.5)));
const words = new Set(vocabulary);
const tokensOf = createTokeniser(
  (base) => words.has(base) || conceptsKnow(base) || patternReader.knows(base),
);
const random = seeded(SEED + 1);
const samples: Sample[] = [];
for (const told of all) {
  if (told.split !== 'train') continue;
  const own = told.weights.some((weight) => weight >= 0.5);
  const innocent = own && told.targets.every((value) => value === 0);
  const copies = own ? copiesOf(told.text, told.lang, random) : [];
  if (innocent) copies.push(spokenBy(told.text, random));
  for (const text of [told.text, ...copies]) {
    const tokens = tokensOf(text);
    samples.push(sampleOf(tokens, trusted(signsOf(patternReader, text, tokens), innocent, random), told));
  }
}
console.log(`${samples.length} train messages, ${width} outputs, ${vocabulary.length} words known`);
const fitted = fit(samples, width, settings, seeded(SEED + 2));

const packed = packWeights(fitted);
const head: ModelHead = {
  format: 'keben-text-model-1',
  version: `text-${cuesVersion.replace('cues-', '')}+${corpusDigest().slice(0, 8)}`,
  corpus: corpusDigest(),
  concepts: conceptsVersion,
  outputs,
  steps: packed.steps,
  biases: [...fitted.biases].map((value) => Math.round(value * 1e4) / 1e4),
  slopes: new Array<number>(width).fill(1),
  offsets: new Array<number>(width).fill(0),
  thresholds: new Array<number>(width).fill(0.5),
  top: [1, 0, 0],
  gate: -99,
  door: -99,
  vocabulary: vocabulary.join(' '),
};
const raw = parseModel(packed.file(head));

// The model keeps its sums with the words it reads: it needs words of its own.
const readsForModel = createTokeniser(
  (base) => words.has(base) || conceptsKnow(base) || patternReader.knows(base),
);
// Calibration and thresholds on dev messages, which the fit has not seen.
const dev = all
  .filter(({ split }) => split === 'dev')
  .map((told) => {
    const tokens = readsForModel(told.text);
    return { told, sums: raw.sums(tokens, signsOf(patternReader, told.text, tokens)).slice() };
  });
for (let k = 0; k < width; k++) {
  const known = dev.filter(({ told }) => (told.weights[k] as number) > 0);
  const sums = known.map(({ sums: own }) => own[k] as number);
  const truths = known.map(({ told }) => told.targets[k] === 1);
  const weights = known.map(({ told }) => told.weights[k] as number);
  const { slope, offset } = calibrate(sums, truths, weights);
  head.slopes[k] = Math.round(slope * 1e4) / 1e4;
  head.offsets[k] = Math.round(offset * 1e4) / 1e4;
  head.thresholds[k] = thresholdOf(
    sums.map((sum) => 1 / (1 + Math.exp(-(slope * sum + offset)))),
    truths,
    weights,
  );
}

/** The probability from which F0.5 on dev is best: a false alarm costs more than a miss. Never below 0.3 nor above 0.6. */
function thresholdOf(probabilities: number[], truths: boolean[], weights: number[]): number {
  let best = { at: 0.5, score: -1 };
  for (let step = 30; step <= 60; step += 2) {
    const at = step / 100;
    let hit = 0;
    let wrong = 0;
    let missed = 0;
    probabilities.forEach((p, index) => {
      const weight = weights[index] as number;
      if (truths[index]) {
        if (p >= at) hit += weight;
        else missed += weight;
      } else if (p >= at) wrong += weight;
    });
    const score = (1.25 * hit) / (1.25 * hit + 0.25 * missed + wrong || 1);
    if (score > best.score + 1e-9) best = { at, score };
  }
  return best.at;
}

for (let k = cueCount; k < width; k++) head.thresholds[k] = LEAST_HARM;
head.gate = gateOf();
head.top = topOf();
head.door = doorOf();

/** Where all but three in two hundred of the dev messages that show something pass by their words alone, and every first example does. */
function doorOf(): number {
  const alone = (text: string) => raw.sums(readsForModel(text), [])[width - 1] as number;
  const showing = dev.filter(
    ({ told, sums }) => told.targets[width - 1] === 1 && passes(sums) && told.weights[0] !== 0,
  );
  const sorted = showing.map(({ told }) => alone(told.text)).sort((a, b) => a - b);
  const first = readFirstExamples().filter(({ yes }) => yes);
  const least = Math.min(
    sorted[Math.floor(sorted.length * 0.015)] ?? -99,
    ...first.map(({ text }) => alone(text)),
  );
  // What stands around a sign takes from it: some room below.
  return Math.floor((least - 0.15) * 100) / 100;
}

/** Fits the likeliest harm's probability on dev: right when one of the message's cues may show it. */
function topOf(): ModelHead['top'] {
  const inputs: [number, number][] = [];
  const truths: boolean[] = [];
  const weights: number[] = [];
  for (const { told, sums } of dev) {
    if (told.weights.every((weight) => weight < 0.5)) continue;
    const odds = (k: number) =>
      (head.slopes[k] as number) * (sums[k] as number) + (head.offsets[k] as number);
    let top = cueCount;
    for (let k = cueCount; k < width - 1; k++) if (odds(k) > odds(top)) top = k;
    const bounded = (value: number) => Math.max(-6, Math.min(6, value));
    inputs.push([bounded(odds(top)), bounded(odds(width - 1))]);
    // A harm that is not known to be absent is one that a cue of the message may show.
    truths.push(told.targets[width - 1] === 1 && (told.targets[top] === 1 || told.weights[top] === 0));
    // Everyday talk is far more frequent than look-alikes.
    weights.push(told.everyday ? EVERYDAY : 1);
  }
  return fitTwo(inputs, truths, weights).map((value) => Math.round(value * 1e4) / 1e4) as ModelHead['top'];
}

/** Whether something is told of a message with these sums. */
function passes(sums: Float64Array): boolean {
  return sums.some((sum, k) => {
    const p = 1 / (1 + Math.exp(-((head.slopes[k] as number) * sum + (head.offsets[k] as number))));
    return k !== width - 1 && p >= (k < cueCount ? (head.thresholds[k] as number) : WORTH_TELLING);
  });
}

/** Where all but three in a hundred of the dev messages that show something pass, with what the rest of the model says of them. */
function gateOf(): number {
  const passing = dev
    .filter(({ sums }) => passes(sums))
    .map(({ sums }) => sums[width - 1] as number)
    .sort((a, b) => a - b);
  return Math.floor((passing[Math.floor(passing.length * 0.03)] ?? -99) * 100) / 100;
}

const file = gzipSync(packed.file(head), { level: 9 });
// The operating system's mark in the header would differ between machines.
file[9] = 255;
writeFileSync(target, file);
console.log(
  `model.bin.gz: ${(file.length / 1024).toFixed(0)} KB, ${packed.kept} weights, ${((performance.now() - began) / 1000).toFixed(0)} s`,
);
