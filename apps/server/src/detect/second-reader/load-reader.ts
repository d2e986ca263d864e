import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { StartError } from '../../base/data-dir.ts';
import type { SecondReading } from './combine.ts';
import { describeModel, descriptionPath, type ModelDescription } from './describe-model.ts';
import { createFeeder, HASHED_INPUT, PIECE_INPUTS } from './feed.ts';

/** A stronger text model of the operator's, beside the built-in one. */
export interface SecondReader {
  /** `NAME.HASH`: names the model in the version of every assessment. */
  version: string;
  /** Reads one text. Deterministic: the same text gives the same answer, whatever else is read. */
  read(text: string): Promise<SecondReading>;
}

/** The version of onnxruntime-node that this was tried with. */
export const RUNTIME = 'onnxruntime-node@1.30.0';

/** The part of onnxruntime-node that is used. */
interface Runtime {
  InferenceSession: { create(path: string, options: object): Promise<Session> };
  Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: number[]) => object;
}
interface Session {
  inputNames: readonly string[];
  outputNames: readonly string[];
  run(
    feeds: Record<string, object>,
    fetches: string[],
  ): Promise<Record<string, { data: unknown; dims: readonly number[] }>>;
}

const PACKAGE = 'onnxruntime-node';
// Not a dependency: it has 290 MB, and most operators do without.
const installed = (): Promise<unknown> => import(PACKAGE);

/**
 * Opens the model at `path` (an ONNX file; its description stands beside it), or gives undefined without a path.
 * @throws StartError when the package, a file or a shape is wrong: what, and how to mend it
 */
export async function loadSecondReader(
  path: string | undefined,
  importRuntime: () => Promise<unknown> = installed,
): Promise<SecondReader | undefined> {
  if (path === undefined) return undefined;
  if (!existsSync(path))
    throw new StartError(
      `TEXT_MODEL_ONNX: there is no file ${path}. Give the path of an ONNX model, or leave the variable out.`,
    );
  const description = describeModel(path);
  const runtime = await runtimeFrom(importRuntime);
  const session = await sessionOf(runtime, path);
  const reader = readerOf(runtime, session, description, path);
  // What the names do not tell, a trial does: types and widths.
  try {
    await reader('xin chào');
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw misfit(path, `a trial failed (${messageOf(cause)})`, cause);
  }
  const hash = createHash('sha256')
    .update(readFileSync(path))
    .update(readFileSync(descriptionPath(path)));
  if (description.vocabularyText !== undefined) hash.update(description.vocabularyText);
  return { version: `${description.name}.${hash.digest('hex').slice(0, 10)}`, read: reader };
}

async function runtimeFrom(importRuntime: () => Promise<unknown>): Promise<Runtime> {
  let found: unknown;
  try {
    found = await importRuntime();
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new StartError(
      missing
        ? `TEXT_MODEL_ONNX is set, but ${PACKAGE} is not installed. Run "npm install --no-save --ignore-scripts ${RUNTIME}" in the folder of this program, or leave the variable out.`
        : `TEXT_MODEL_ONNX is set, but ${PACKAGE} does not run on this machine (${messageOf(cause)}). Install ${RUNTIME} for it, or leave the variable out.`,
      { cause },
    );
  }
  const { default: whole } = found as { default?: unknown };
  const runtime = [found, whole].find(isRuntime);
  if (!runtime)
    throw new StartError(
      `TEXT_MODEL_ONNX: ${PACKAGE} is not the version that is known here. Install ${RUNTIME}.`,
    );
  return runtime;
}

function isRuntime(value: unknown): value is Runtime {
  const { InferenceSession, Tensor } = (value ?? {}) as Partial<Runtime>;
  return typeof InferenceSession?.create === 'function' && typeof Tensor === 'function';
}

async function sessionOf(runtime: Runtime, path: string): Promise<Session> {
  try {
    // One thread and one text at a time: sums are then always added in the same order.
    return await runtime.InferenceSession.create(path, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new StartError(
      `TEXT_MODEL_ONNX: ${path} is no model that ${PACKAGE} can open (${messageOf(cause)}). Export it again as ONNX.`,
      { cause },
    );
  }
}

function readerOf(
  { Tensor }: Runtime,
  session: Session,
  description: ModelDescription,
  path: string,
): SecondReader['read'] {
  const { tokenizer, values, outputs } = description;
  const known: readonly string[] = tokenizer.kind === 'hashed-ngrams' ? [HASHED_INPUT] : PIECE_INPUTS;
  const strange = session.inputNames.filter((name) => !known.includes(name));
  const [first = ''] = known;
  if (strange.length > 0 || !session.inputNames.includes(first))
    throw misfit(
      path,
      `its inputs are ${session.inputNames.join(', ')}; ${tokenizer.kind} gives ${known.join(', ')}`,
    );
  if (!session.outputNames.includes(values))
    throw misfit(path, `its outputs are ${session.outputNames.join(', ')}; the description says ${values}`);
  let feed: ReturnType<typeof createFeeder>;
  try {
    feed = createFeeder(description, session.inputNames);
  } catch (cause) {
    throw misfit(path, messageOf(cause), cause);
  }
  return async (text) => {
    const feeds = feed(text).map(({ name, type, data }) => [name, new Tensor(type, data, [1, data.length])]);
    const { [values]: out } = await session.run(Object.fromEntries(feeds) as Record<string, object>, [
      values,
    ]);
    if (!out || !(out.data instanceof Float32Array) || out.data.length !== outputs.length)
      throw misfit(
        path,
        `it gives [${out?.dims.join(', ')}] numbers; the description names ${outputs.length} outputs`,
      );
    const { data } = out;
    return new Map(
      outputs.map((name, at) => {
        const value = data[at] ?? Number.NaN;
        const probability = values === 'logits' ? 1 / (1 + Math.exp(-value)) : value;
        if (!(probability >= 0 && probability <= 1))
          throw misfit(
            path,
            `${name} is ${value}, which is no ${values === 'logits' ? 'number' : 'probability'}`,
          );
        return [name, probability];
      }),
    );
  };
}

function misfit(path: string, why: string, cause?: unknown): StartError {
  return new StartError(
    `TEXT_MODEL_ONNX: ${path} does not fit its description: ${why}. Mend ${descriptionPath(path)} or export the model anew.`,
    { cause },
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
