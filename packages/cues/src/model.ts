import { conceptsVersion } from './concepts.ts';
import {
  BUCKETS,
  conceptsOf,
  newRows,
  type Reading,
  type ReadMessage,
  readContext,
  readWord,
  scaleOf,
  signBucket,
} from './features.ts';
import type { Token } from './tokens.ts';

/** Head of a model file (JSON, one line), before its weights. */
export interface ModelHead {
  format: 'keben-text-model-1';
  version: string;
  /** Names what it was trained on (packages/cues/scripts/examples.ts). */
  corpus: string;
  /** The list of concepts that its features were made with. */
  concepts: string;
  /** Cue ids, `harm:…` and `any`, in the order of the weights. */
  outputs: string[];
  /** A weight is its byte times the output's step. */
  steps: number[];
  biases: number[];
  /** Calibration by output: probability = 1 / (1 + e^-(slope × sum + offset)) (Platt 1999). */
  slopes: number[];
  offsets: number[];
  /** From which probability an output is told. */
  thresholds: number[];
  /** Weights of the likeliest harm's own log-odds, of those of `any`, and of 1: what its probability follows from. */
  top: [own: number, any: number, offset: number];
  /** Sum of the output `any` below which no other output is asked; and, without any signs, not even patterns. */
  gate: number;
  door: number;
  /** Plain words of the training texts: disguises are undone towards these. */
  vocabulary: string;
}

const chanceOf = (score: number) => 1 / (1 + Math.exp(-score));

/** Probability of the likeliest harm by its own log-odds and those of {@link ANY}. */
export function topChance([a, b, c]: ModelHead['top'], own: number, any: number): number {
  return chanceOf(a * own + b * any + c);
}

/** Output that says whether a message carries anything at all. */
export const ANY = 'any';

interface Summed extends Reading {
  /** What the word adds to the gate, and to every output (made when first needed). */
  gate: number;
  sums: Int32Array | undefined;
}

/** What the model says of one output. */
export interface Told {
  name: string;
  output: number;
  /** Whether it is likely enough to be told. */
  reached: boolean;
  probability: number;
}

/**
 * Multi-label linear model over hashed syllables, character runs and concepts (logistic regression, one output a cue
 * and a harm). Weights are 8-bit; what a word adds by itself is summed once and kept with the word. The output
 * {@link ANY} is asked first, from a table of its own that stays near the processor: most messages end there.
 */
export class TextModel {
  readonly head: ModelHead;
  readonly #weights: SparseRows;
  readonly #gate: Int8Array;
  readonly #gateAt: number;
  readonly #width: number;
  readonly #known: ReadonlySet<string>;
  readonly #total: Int32Array;
  readonly #rows = newRows();
  #lastTokens: readonly Token[] | undefined;
  #lastRead: ReadMessage<Summed> | undefined;
  /** From which calibrated sum an output is told. */
  readonly #least: Float64Array;

  constructor(head: ModelHead, weights: SparseRows) {
    this.head = head;
    this.#weights = weights;
    this.#width = head.outputs.length;
    this.#gateAt = head.outputs.indexOf(ANY);
    this.#gate = gateOf(weights, this.#gateAt);
    this.#total = new Int32Array(this.#width);
    this.#known = new Set(head.vocabulary.split(' '));
    this.#least = Float64Array.from(head.thresholds, (p) => Math.log(p / (1 - p)));
  }

  knows(base: string): boolean {
    return this.#known.has(base);
  }

  /** False for most messages: their words alone make it needless to look any closer. */
  worthReading(tokens: readonly Token[]): boolean {
    return this.#gateSum(this.#read(tokens), []) >= this.head.door;
  }

  /** Outputs that reach their thresholds, and those named in `asked` in any case; empty for most messages. */
  told(tokens: readonly Token[], signs: readonly string[], asked?: ReadonlySet<string>): Told[] {
    const message = this.#read(tokens);
    if (asked === undefined && this.#gateSum(message, signs) < this.head.gate) return [];
    const { outputs, slopes, offsets } = this.head;
    const sums = this.#sumsOf(message, signs);
    const told: Told[] = [];
    let top: Told | undefined;
    for (let k = 0; k < this.#width; k++) {
      if (k === this.#gateAt) continue;
      const score = (slopes[k] as number) * (sums[k] as number) + (offsets[k] as number);
      const name = outputs[k] as string;
      const reached = score >= (this.#least[k] as number);
      if (!reached && !asked?.has(name)) continue;
      const one = { name, output: k, reached, probability: chanceOf(score) };
      told.push(one);
      if (name.startsWith('harm:') && (top === undefined || one.probability > top.probability)) top = one;
    }
    if (top) {
      // Which harm it is may be unsure where that it is one is not.
      const at = this.#gateAt;
      const any = (slopes[at] as number) * (sums[at] as number) + (offsets[at] as number);
      const own =
        (slopes[top.output] as number) * (sums[top.output] as number) + (offsets[top.output] as number);
      top.probability = Math.max(top.probability, topChance(this.head.top, own, any));
    }
    return told;
  }

  /** Sums of every output before calibration, whatever the gate says; for training and measuring. */
  sums(tokens: readonly Token[], signs: readonly string[]): Float64Array {
    return this.#sumsOf(this.#read(tokens), signs);
  }

  /** The words that speak most for an output: the run of tokens with the largest sum (Kadane's algorithm). */
  where(tokens: readonly Token[], output: number): { from: number; end: number } {
    const message = this.#read(tokens);
    const rows = this.#rows;
    let best = { from: 0, end: tokens.length, sum: 0 };
    let sum = 0;
    let from = 0;
    for (let at = 0; at < tokens.length; at++) {
      const reading = message.readings[at];
      if (!reading) continue;
      let own = this.#wordSums(reading)[output] as number;
      const count = readContext(message, at, rows);
      for (let r = 0; r < count; r++) own += weightOf(this.#weights, rows[r] as number, output);
      if (sum <= 0) {
        sum = 0;
        from = at;
      }
      sum += own;
      if (sum > best.sum) best = { from, end: at + 1, sum };
    }
    return best;
  }

  #gateSum(message: ReadMessage<Summed>, signs: readonly string[]): number {
    const { readings } = message;
    const gate = this.#gate;
    const rows = this.#rows;
    let words = 0;
    let total = 0;
    for (let at = 0; at < readings.length; at++) {
      const reading = readings[at];
      if (!reading) continue;
      words++;
      total += reading.gate;
      const count = readContext(message, at, rows);
      for (let r = 0; r < count; r++) total += gate[rows[r] as number] as number;
    }
    for (const sign of signs) total += gate[signBucket(sign)] as number;
    const { steps, biases } = this.head;
    return total * (steps[this.#gateAt] as number) * scaleOf(words) + (biases[this.#gateAt] as number);
  }

  #sumsOf(message: ReadMessage<Summed>, signs: readonly string[]): Float64Array {
    const width = this.#width;
    const total = this.#total.fill(0);
    const rows = this.#rows;
    let words = 0;
    for (let at = 0; at < message.readings.length; at++) {
      const reading = message.readings[at];
      if (!reading) continue;
      words++;
      const sums = this.#wordSums(reading);
      for (let k = 0; k < width; k++) total[k] = (total[k] as number) + (sums[k] as number);
      const count = readContext(message, at, rows);
      for (let r = 0; r < count; r++) this.#add(rows[r] as number, total);
    }
    for (const sign of signs) this.#add(signBucket(sign), total);
    const { steps, biases } = this.head;
    const scale = scaleOf(words);
    const sums = new Float64Array(width);
    for (let k = 0; k < width; k++)
      sums[k] = (total[k] as number) * (steps[k] as number) * scale + (biases[k] as number);
    return sums;
  }

  #wordSums(reading: Summed): Int32Array {
    if (reading.sums === undefined) {
      reading.sums = new Int32Array(this.#width);
      for (const row of reading.inside) this.#add(row, reading.sums);
    }
    return reading.sums;
  }

  #read(tokens: readonly Token[]): ReadMessage<Summed> {
    // The same message is asked about several times in a row.
    if (this.#lastTokens === tokens && this.#lastRead) return this.#lastRead;
    const readings = new Array<Summed | undefined>(tokens.length);
    for (let at = 0; at < tokens.length; at++) {
      const { word } = tokens[at] as Token;
      if (word.forms.length === 0) continue;
      let reading = word.reading as Summed | undefined;
      if (reading === undefined) {
        const fresh = readWord(word);
        let gate = 0;
        for (const row of fresh.inside) gate += this.#gate[row] as number;
        reading = { ...fresh, gate, sums: undefined };
        word.reading = reading;
      }
      readings[at] = reading;
    }
    this.#lastTokens = tokens;
    this.#lastRead = { readings, concepts: conceptsOf(tokens, readings) };
    return this.#lastRead;
  }

  #add(row: number, total: Int32Array): void {
    const { starts, entries } = this.#weights;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      const entry = entries[at] as number;
      const output = entry & 0xff;
      total[output] = (total[output] as number) + (entry >> 8);
    }
  }
}

function gateOf(weights: SparseRows, output: number): Int8Array {
  return Int8Array.from({ length: BUCKETS }, (_, row) => weightOf(weights, row, output));
}

/**
 * Weights that are not 0, row by row: those of row r stand from `starts[r]` to before `starts[r + 1]`, each with its
 * output in the low byte and its value in the high one, so that a row is read from one place of memory.
 */
interface SparseRows {
  starts: Uint32Array;
  entries: Int16Array;
}

function weightOf({ starts, entries }: SparseRows, row: number, output: number): number {
  const end = starts[row + 1] as number;
  for (let at = starts[row] as number; at < end; at++) {
    const entry = entries[at] as number;
    if ((entry & 0xff) === output) return entry >> 8;
  }
  return 0;
}

/**
 * Reads a model file: its head as one line of JSON, then the weights row by row as runs: a byte for how many zeros
 * to pass by (255: that many and go on), then one weight. The file is kept gzipped; give it unpacked.
 * @throws Error when it is not such a file.
 */
export function parseModel(bytes: Uint8Array): TextModel {
  const end = bytes.indexOf(10);
  if (end < 0) throw new Error('not a model file: it has no head');
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as ModelHead;
  if (head.format !== 'keben-text-model-1')
    throw new Error(`not a model file of ours: format ${String(head.format)}`);
  if (head.concepts !== conceptsVersion)
    throw new Error(
      `the model was trained with ${head.concepts}, here is ${conceptsVersion}: run npm run train`,
    );
  const width = head.outputs.length;
  const body = bytes.subarray(end + 1);
  const most = body.length >> 1;
  const starts = new Uint32Array(BUCKETS + 1);
  const entries = new Int16Array(most);
  let place = 0;
  let row = 0;
  let kept = 0;
  for (let at = 0; at < body.length; ) {
    const skip = body[at++] as number;
    if (skip === 255) {
      place += 255;
      continue;
    }
    place += skip;
    if (at >= body.length || place >= BUCKETS * width)
      throw new Error('the model file is damaged: its weights do not end where they should');
    for (const own = Math.floor(place / width); row < own; row++) starts[row + 1] = kept;
    // The value's sign goes with it: the byte moves to the top of 16 bits.
    entries[kept++] = ((body[at++] as number) << 8) | (place % width);
    place++;
  }
  for (; row < BUCKETS; row++) starts[row + 1] = kept;
  return new TextModel(head, { starts, entries: entries.slice(0, kept) });
}
