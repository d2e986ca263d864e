/**
 * How a picture, film or sound came to be: IPTC NewsCodes, Digital Source Type (http://cv.iptc.org/newscodes/digitalsourcetype/),
 * and the terms that C2PA adds. Both the full address and the last part are accepted.
 */
const iptcTerms = [
  'digitalCapture',
  'computationalCapture',
  'negativeFilm',
  'positiveFilm',
  'print',
  'minorHumanEdits',
  'humanEdits',
  'compositeCapture',
  'algorithmicallyEnhanced',
  'dataDrivenMedia',
  'digitalArt',
  'digitalCreation',
  'virtualRecording',
  'compositeSynthetic',
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'algorithmicMedia',
  'screenCapture',
  'composite',
  'softwareImage',
] as const;
const c2paTerms = ['empty', 'trainedAlgorithmicData'] as const;
export type SourceType = (typeof iptcTerms)[number] | (typeof c2paTerms)[number];

const terms = new Set<string>([...iptcTerms, ...c2paTerms]);
const address =
  /^https?:\/\/(?:cv\.iptc\.org\/newscodes\/digitalsourcetype|c2pa\.org\/digitalsourcetype)\/(\w+)\/?$/;

/** The term that an address or a short form names; undefined when it is not a known one. */
export function sourceTypeOf(value: string): SourceType | undefined {
  const trimmed = value.trim();
  const term = address.exec(trimmed)?.[1] ?? trimmed.replace(/^(?:c2pa|digitalsourcetype)[.:]/, '');
  return terms.has(term) ? (term as SourceType) : undefined;
}

/**
 * True when the term says that a trained model made the whole or a part. Not for `algorithmicMedia` (no training) and
 * `compositeSynthetic` (may be drawn): these say less than that.
 */
export function madeByModel(term: SourceType): boolean {
  return (
    term === 'trainedAlgorithmicMedia' ||
    term === 'compositeWithTrainedAlgorithmicMedia' ||
    term === 'trainedAlgorithmicData'
  );
}
