import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cueById } from '@keben/cues';
import { z } from 'zod';
import { StartError } from '../../base/data-dir.ts';
import { Harm } from '../../base/vocabulary.ts';

/** What stands beside an ONNX file and says how it is fed and what its outputs mean (docs/models/README.md). */
const Description = z.strictObject({
  format: z.literal('keben-onnx-text-1'),
  /** Names the model in the version of assessments. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, 'must be up to 40 lower-case letters, digits, dots or hyphens'),
  tokenizer: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('hashed-ngrams'),
      buckets: z.number().int().min(16).max(1_048_576),
      /** Shortest and longest run of characters. */
      runs: z.tuple([z.number().int().min(1), z.number().int().max(8)]),
    }),
    z.strictObject({
      kind: z.literal('wordpiece'),
      /** File beside this one, a token a line. */
      vocabulary: z.string().regex(/^[\w.-]+$/, 'must be the name of a file beside the model'),
      lowerCase: z.boolean(),
      /** Takes the marks off letters, as models without accents want: never for Vietnamese. */
      stripMarks: z.boolean(),
      maxTokens: z.number().int().min(8).max(512),
    }),
  ]),
  /** Name of the output tensor, and what its numbers are. */
  values: z.enum(['logits', 'probabilities']),
  /** Cue ids and `harm:NAME`, in the order of the output. */
  outputs: z.array(z.string()).min(1).max(256),
});
export type ModelDescription = z.infer<typeof Description> & { vocabularyText?: string };

/** Where a description is expected: beside the model, `.json` for `.onnx`. */
export function descriptionPath(model: string): string {
  return `${model.replace(/\.onnx$/, '')}.json`;
}

/** Reads and checks the description of a model. @throws StartError with what is wrong and how to mend it */
export function describeModel(model: string): ModelDescription {
  const path = descriptionPath(model);
  if (!existsSync(path))
    throw new StartError(
      `TEXT_MODEL_ONNX: ${path} is missing, which says how ${model} is fed and what its outputs mean. Write it as docs/models/README.md shows.`,
    );
  let found: z.infer<typeof Description>;
  try {
    found = Description.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new StartError(`TEXT_MODEL_ONNX: ${path} is not valid:\n${why}`, { cause });
  }
  for (const output of found.outputs) {
    const wrong = whatIsWrong(output);
    if (wrong !== undefined)
      throw new StartError(`TEXT_MODEL_ONNX: ${path} names the output "${output}", ${wrong}.`);
  }
  if (new Set(found.outputs).size < found.outputs.length)
    throw new StartError(`TEXT_MODEL_ONNX: ${path} names an output twice. Name each once.`);
  const { tokenizer } = found;
  if (tokenizer.kind === 'hashed-ngrams') {
    if (tokenizer.runs[0] > tokenizer.runs[1])
      throw new StartError(`TEXT_MODEL_ONNX: ${path}: tokenizer.runs must be [shortest, longest].`);
    return found;
  }
  const vocabulary = join(dirname(path), tokenizer.vocabulary);
  if (!existsSync(vocabulary))
    throw new StartError(
      `TEXT_MODEL_ONNX: ${vocabulary} is missing. Put the model's vocabulary there, a token a line.`,
    );
  return { ...found, vocabularyText: readFileSync(vocabulary, 'utf8') };
}

function whatIsWrong(output: string): string | undefined {
  if (output.startsWith('harm:'))
    return Harm.safeParse(output.slice(5)).success
      ? undefined
      : `but the harms are ${Harm.options.join(', ')}`;
  if (output === 'look-alike-link') return 'but whether a host imitates another is read from the host alone';
  return cueById(output) ? undefined : 'which is neither a cue of policy/cues.yaml nor harm:NAME';
}
