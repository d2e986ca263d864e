import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markSpans } from './mark-spans.ts';

describe('markSpans', () => {
  it('keeps plain text in one stretch', () => {
    expect(markSpans('hello', [])).toEqual([{ text: 'hello', cues: [], ends: [] }]);
  });

  it('splits overlapping spans and says where each ends', () => {
    expect(
      markSpans('abcdef', [
        { cue: 'x', start: 1, end: 4 },
        { cue: 'y', start: 2, end: 5 },
      ]),
    ).toEqual([
      { text: 'a', cues: [], ends: [] },
      { text: 'b', cues: ['x'], ends: [] },
      { text: 'cd', cues: ['x', 'y'], ends: ['x'] },
      { text: 'e', cues: ['y'], ends: ['y'] },
      { text: 'f', cues: [], ends: [] },
    ]);
  });

  it('never loses or repeats a character', () => {
    const span = fc.record({ cue: fc.constantFrom('x', 'y'), start: fc.integer(), end: fc.integer() });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(span), (text, spans) => {
        expect(
          markSpans(text, spans)
            .map((stretch) => stretch.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
