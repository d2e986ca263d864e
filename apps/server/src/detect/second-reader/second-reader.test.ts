import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '@keben/cues';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvent } from '../apply-event.ts';
import { loadDetectionPolicy } from '../policy.ts';
import { combine } from './combine.ts';
import { hashedRuns } from './feed.ts';
import { loadSecondReader, RUNTIME } from './load-reader.ts';
import { tinyModel } from './tiny-model.ts';
import { createWordPiece } from './word-piece.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keben-onnx-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BUCKETS = 1024;
const outputs = ['asks-secrecy', 'harm:grooming'];
const description = {
  format: 'keben-onnx-text-1',
  name: 'tiny',
  tokenizer: { kind: 'hashed-ngrams', buckets: BUCKETS, runs: [3, 4] },
  values: 'logits',
  outputs,
};

/** A model that says yes to a text by how alike it is to another. */
function write(
  name: string,
  about: object = description,
  model: Partial<Parameters<typeof tinyModel>[0]> = {},
): string {
  const path = join(folder, `${name}.onnx`);
  const like = [...hashedRuns('chuyện này chỉ hai đứa biết', BUCKETS, [3, 4])];
  const weights = like.map((value) => [value * 12, value * 8]);
  writeFileSync(path, tinyModel({ weights, biases: [-4, -3], ...model }));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(about));
  return path;
}

const missing = () =>
  Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));

describe('what is told when a model cannot be used', () => {
  it.each<[string, () => string, RegExp]>([
    ['no file', () => join(folder, 'nothing.onnx'), /no file .*nothing\.onnx\. Give the path/],
    [
      'no description',
      () => {
        const path = join(folder, 'alone.onnx');
        writeFileSync(path, tinyModel({ weights: [[1]], biases: [0] }));
        return path;
      },
      /alone\.json is missing.*docs\/models\/README\.md/,
    ],
    [
      'a field that is not known',
      () => write('typo', { ...description, tokeniser: {} }),
      /typo\.json is not valid[\s\S]*tokeniser/,
    ],
    [
      'a cue that is not known',
      () => write('cue', { ...description, outputs: ['asks-secret'] }),
      /"asks-secret", which is neither a cue/,
    ],
    [
      'a harm that is not known',
      () => write('harm', { ...description, outputs: ['harm:spam'] }),
      /"harm:spam", but the harms are grooming/,
    ],
    [
      'an output twice',
      () => write('twice', { ...description, outputs: ['urgency', 'urgency'] }),
      /names an output twice/,
    ],
    [
      'no vocabulary',
      () =>
        write('words', {
          ...description,
          tokenizer: {
            kind: 'wordpiece',
            vocabulary: 'vocab.txt',
            lowerCase: true,
            stripMarks: false,
            maxTokens: 64,
          },
        }),
      /vocab\.txt is missing/,
    ],
    [
      'no package',
      () => write('package'),
      new RegExp(`not installed\\. Run "npm install --no-save --ignore-scripts ${RUNTIME}"`),
    ],
  ])('%s', async (_, make, told) => {
    await expect(loadSecondReader(make(), missing)).rejects.toThrow(told);
    await expect(loadSecondReader(make(), missing)).rejects.toMatchObject({ name: 'StartError' });
  });

  it('tells of a package that is another', async () => {
    await expect(loadSecondReader(write('other'), async () => ({ default: {} }))).rejects.toThrow(
      /not the version that is known/,
    );
  });
});

/** The real package where it is installed: it is no dependency. KEBEN_TEST_ONNXRUNTIME names another folder to look in. */
const runtime = findRuntime();
function findRuntime(): string | undefined {
  for (const from of [import.meta.filename, join(process.env.KEBEN_TEST_ONNXRUNTIME ?? '/nowhere', 'x.js')]) {
    try {
      return createRequire(from).resolve('onnxruntime-node');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    }
  }
  console.log(
    `skipped: ${RUNTIME} is not installed, so no ONNX model is run (KEBEN_TEST_ONNXRUNTIME names a folder that has it)`,
  );
  return undefined;
}

describe.skipIf(runtime === undefined)('with onnxruntime-node', () => {
  const real = () => import(runtime ?? '');

  it('reads texts, the same each time, and names the model', async () => {
    const reader = await loadSecondReader(write('good'), real);
    const texts = ['Chuyện này chỉ hai đứa biết', 'mai học mấy giờ', '', '😀', 'x'.repeat(8000)];
    const once = await Promise.all(texts.map((text) => reader?.read(text)));
    for (const [n, text] of [...texts.entries()].reverse()) expect(await reader?.read(text)).toEqual(once[n]);
    expect(once[0]?.get('asks-secrecy')).toBeCloseTo(1 / (1 + Math.exp(-8)), 4);
    expect(once[2]?.get('asks-secrecy')).toBeCloseTo(1 / (1 + Math.exp(4)), 4);
    expect(once[1]?.get('harm:grooming')).toBeLessThan(0.5);
    expect(reader?.version).toMatch(/^tiny\.[0-9a-f]{10}$/);
    expect(loadDetectionPolicy({ secondReader: reader?.version }).version).toBe(
      `${loadDetectionPolicy().version}+${reader?.version}`,
    );
  });

  it('lets a cue be told that the built-in model does not see', async () => {
    const text = 'chuyện này chỉ hai đứa biết';
    const second = await (await loadSecondReader(write('event'), real))?.read(text);
    const read = readEvent(
      {
        organisationId: '',
        position: 1,
        source: '/s',
        eventId: '1',
        time: new Date(0),
        body: {
          type: 'content.published',
          data: { from: { id: 'a', ageBand: 'adult' }, audience: 'public' },
        },
      },
      text,
      second,
    );
    expect(read.cues.map(({ cue }) => cue)).toContain('asks-secrecy');
    expect(read.resemblance).toBeGreaterThan(0);
  });

  it.each<[string, object, Partial<Parameters<typeof tinyModel>[0]>, RegExp]>([
    ['another input', description, { input: 'text' }, /its inputs are text; hashed-ngrams gives features/],
    [
      'another output',
      { ...description, values: 'probabilities' },
      {},
      /its outputs are logits; the description says probabilities/,
    ],
    [
      'other features',
      { ...description, tokenizer: { ...description.tokenizer, buckets: 512 } },
      {},
      /a trial failed/,
    ],
    [
      'more outputs',
      { ...description, outputs: ['urgency'] },
      {},
      /gives \[1, 2\] numbers; the description names 1 outputs/,
    ],
    [
      'no probabilities',
      { ...description, values: 'probabilities' },
      { output: 'probabilities' },
      /is no probability/,
    ],
  ])('refuses a model with %s', async (name, about, model, told) => {
    await expect(loadSecondReader(write(name.replaceAll(' ', '-'), about, model), real)).rejects.toThrow(
      told,
    );
  });

  it('refuses a file that is no model', async () => {
    const path = write('broken');
    writeFileSync(path, 'not a model');
    await expect(loadSecondReader(path, real)).rejects.toThrow(/no model that onnxruntime-node can open/);
  });
});

describe('two readings as one', () => {
  const found = { cues: [{ cue: 'urgency', score: 0.8, start: 2, end: 6 }], harms: { scam: 0.6 } };

  it('takes the mean of the log-odds, and leaves what the second does not read', () => {
    const both = combine(found, new Map([['urgency', 0.2]]), 'mau lên nhé');
    expect(both).toEqual({ cues: [{ cue: 'urgency', score: 0.5, start: 2, end: 6 }], harms: { scam: 0.6 } });
  });

  it('tells what one alone sees only when it is all but sure', () => {
    const alone = (p: number) =>
      combine({ cues: [], harms: {} }, new Map([['asks-otp', p]]), 'mã là gì').cues;
    expect(alone(0.9)).toEqual([]);
    expect(alone(0.99)).toEqual([{ cue: 'asks-otp', score: 0.695, start: 0, end: 8 }]);
    expect(combine(found, new Map([['urgency', 0.0001]]), 'mau lên nhé').cues).toEqual([
      { ...found.cues[0], score: 0.06 },
    ]);
  });

  it('gives probabilities and places in the text, whatever the second says', () => {
    const names = fc.constantFrom('urgency', 'asks-otp', 'asks-secrecy', 'harm:scam', 'harm:grooming');
    fc.assert(
      fc.property(fc.dictionary(names, fc.double({ min: 0, max: 1, noNaN: true })), (said) => {
        const text = 'gửi mã OTP cho anh nhanh lên';
        const { cues, harms } = combine(analyse(text), new Map(Object.entries(said)), text);
        for (const { score, start, end } of cues)
          expect(score >= 0.05 && score <= 1 && start >= 0 && end <= text.length).toBe(true);
        for (const p of Object.values(harms)) expect(p >= 0 && p <= 1).toBe(true);
      }),
    );
  });
});

describe('what a model is fed', () => {
  it('hashes as the description of the format says', () => {
    const bucket = (feature: string) => {
      let hash = 0x811c9dc5;
      for (const byte of Buffer.from(feature)) hash = Math.imul(hash ^ byte, 0x01000193);
      return (hash >>> 0) % 4096;
    };
    const expected = new Float32Array(4096);
    for (const feature of ['w:kể', 'c:^kể', 'c:kể$', 'w:mẹ', 'c:^mẹ', 'c:mẹ$', 'p:kể mẹ']) {
      const at = bucket(feature);
      expected[at] = (expected[at] ?? 0) + 1;
    }
    const norm = Math.hypot(...expected);
    expect(hashedRuns('KỂ… mẹ!', 4096, [3, 3])).toEqual(expected.map((count) => count / norm));
    expect(hashedRuns('', 16, [3, 4])).toEqual(new Float32Array(16));
  });

  it('cuts words into the longest pieces', () => {
    const vocabulary = [
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      'un',
      '##aff',
      '##able',
      'bố',
      'mẹ',
      '!',
      'bo',
    ].join('\n');
    const options = { lowerCase: true, stripMarks: false, maxTokens: 8 };
    const pieces = createWordPiece(vocabulary, options);
    expect(pieces('Unaffable!')).toEqual([2, 4, 5, 6, 9, 3]);
    expect(pieces('Bố\u200b mẹ\txyz')).toEqual([2, 7, 8, 1, 3]);
    expect(pieces('mẹ '.repeat(50))).toEqual([2, 8, 8, 8, 8, 8, 8, 3]);
    expect(createWordPiece(vocabulary, { ...options, stripMarks: true })('Bố')).toEqual([2, 10, 3]);
    expect(() => createWordPiece('[CLS]\n[SEP]', options)).toThrow('no token [UNK]');
  });
});
