export interface Span {
  cue: string;
  start: number;
  end: number;
}

/** A stretch of the text under the same cues; `cues` is empty for plain text. `ends` are the cues whose span ends here. */
export interface Stretch {
  text: string;
  cues: string[];
  ends: string[];
}

/** Cuts a text at the borders of spans (UTF-16 offsets, may overlap); the stretches joined are the text again. */
export function markSpans(text: string, spans: readonly Span[]): Stretch[] {
  const inside = spans
    .map(({ cue, start, end }) => ({ cue, start: Math.max(0, start), end: Math.min(text.length, end) }))
    .filter(({ start, end }) => start < end);
  const borders = [...new Set([0, text.length, ...inside.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  return borders.slice(0, -1).map((from, index) => {
    const to = borders[index + 1] ?? text.length;
    const over = inside.filter(({ start, end }) => start <= from && end >= to);
    const unique = (all: Span[]) => [...new Set(all.map(({ cue }) => cue))];
    return {
      text: text.slice(from, to),
      cues: unique(over),
      ends: unique(over.filter(({ end }) => end === to)),
    };
  });
}
