import { bundledModel } from '#bundled-model';
import { type Analysis, analyseAfter, createAnalyser } from './analyse.ts';
import { cues } from './list.ts';
import { parseModel } from './model.ts';
import { patternReader } from './patterns-of-list.ts';

export type { Analysis } from './analyse.ts';
export type { Cue, Harm, LocalText, Tactic } from './cue.ts';
export { type Link, linksOf } from './links.ts';
export { cueById, cues, cuesVersion } from './list.ts';
export { type FoundNumber, numbersOf } from './numbers.ts';
export { type Path, paths, stageIds, stepsOf } from './paths.ts';
export type { Observation } from './pattern-reader.ts';
export { normalise } from './tokens.ts';
export { readVietQr, type VietQr } from './vietqr.ts';

const bundled = bundledModel();
let model = bundled && parseModel(bundled);
let analyser = createAnalyser(cues, patternReader, model);

/** Version of the text model in use, or undefined where patterns work alone. */
export function modelVersion(): string | undefined {
  return model?.head.version;
}

/**
 * Takes the text model into use: the bytes of generated/model.bin.gz, unpacked. On the server this happens by itself;
 * a browser fetches the file first and works by patterns until then.
 * @throws Error when the bytes are no model file.
 */
export function useModel(bytes: Uint8Array): void {
  model = parseModel(bytes);
  analyser = createAnalyser(cues, patternReader, model);
}

/**
 * Finds the cues of a text. Runs in the browser and on the server; nothing leaves the machine.
 * Offsets are UTF-16 in `text` as given. Both languages are always read, so `lang` changes nothing yet. `before` is
 * what the same sender wrote just before: a sign that begins there and ends here is told too, by its part in `text`.
 * `links` are addresses that were sent beside the text: a cue that only they show has `start` and `end` 0.
 */
export function analyse(
  text: string,
  { before, links }: { lang?: 'vi' | 'en'; before?: string; links?: readonly string[] | undefined } = {},
): Analysis {
  if (before === undefined || before === '') return analyser(text, links);
  return analyseAfter((one) => analyser(one, one === text ? links : undefined), before, text);
}
