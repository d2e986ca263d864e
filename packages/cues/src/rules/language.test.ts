import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRuleLanguage, emptyFacts, type Finding, factNames } from './index.ts';

const language = createRuleLanguage(['new-minors-1h', 'repeated-text']);
const first = (when: string): Finding => {
  const [found] = language.check(when);
  if (!found) throw new Error(`${when} was found right`);
  return found;
};

describe('the language of rules', () => {
  it.each([
    'level >= 3',
    '"asks-secrecy" in cues && !known',
    'cues.exists(c, c == "asks-secrecy" || c == "threat-to-share")',
    'score > 1.5 && harm in ["grooming", "sextortion"]',
    'features["new-minors-1h"] > 4.0 && actorAdult',
    'stages.size() >= 2 && recipientBand != "adult"',
    'cues.filter(c, c.startsWith("asks-")).size() >= 2 && stages.all(s, s.contains(":"))',
  ])('takes %s', (when) => expect(language.check(when)).toEqual([]));

  it.each([
    ['', 'empty', 1, 1],
    ['level >=', 'unexpected_token', 1, 9],
    ['level >= 3 &&\n levl < 2', 'unknown_variable', 2, 2],
    ['level', 'not-bool', 1, 1],
    ['harm == "scam', 'unterminated_string', 1, 9],
    ['level >= 3 ; known', 'unexpected_character', 1, 12],
    ['level >= "high"', 'no_such_overload', 1, 1],
    ['!known &&\n  "asks-secrecyy" in cues', 'unknown-value', 2, 3],
    ['cues.exists(c, c == "nothing-like-it")', 'unknown-value', 1, 21],
    ['harm in ["grooming", "groming"]', 'unknown-value', 1, 22],
    ['level >= 7', 'out-of-range', 1, 10],
    ['features["new-minors-2h"] > 1.0', 'unknown-value', 1, 10],
    ['cues[0] == "asks-secrecy"', 'index_out_of_bounds', 1, 1],
    ['10 / level > 1', 'division_by_zero', 1, 1],
    [`level >= ${'1 + '.repeat(600)}1`, 'too-long', 1, 2001],
    [`"${'a'.repeat(40)}!".matches("^(a+)+$")`, 'not-callable', 1, 1],
    ['known || cues.exists(c, cues.all(d, c == d))', 'loop-in-loop', 1, 25],
    [`size(["aaaaaaaa"]${'.map(x, x + x)'.repeat(20)}[0]) > 1`, 'not-callable', 1, 6],
    ['cel.bind(x, cues, size(x) > 1)', 'not-callable', 1, 1],
  ])('refuses %j and says where', (when, code, line, column) => {
    expect(first(when)).toMatchObject({ code, line, column });
    for (const text of [first(when).detail, first(when).mend]) {
      expect(text.vi).toMatch(/\p{L}/u);
      expect(text.en).toMatch(/\p{L}/u);
    }
  });

  it('offers the nearest name for a typo', () => {
    expect(first('levle >= 3').mend.en).toContain('“level”');
    expect(first('"asks-secrcy" in cues').mend.vi).toContain('“asks-secrecy”');
  });

  it('answers with the facts', () => {
    const holds = language.compile('level >= 3 && "asks-secrecy" in cues');
    expect(holds(emptyFacts())).toBe(false);
    expect(holds({ ...emptyFacts(), level: 3, cues: ['asks-secrecy'] })).toBe(true);
    expect(language.compile('features["repeated-text"] < 1.0')(emptyFacts())).toBe(true);
  });

  it('says `failed` rather than throw when an answer is not possible', () => {
    const holds = language.compile('level != 2 || 10 / (level - 2) > 1');
    expect(holds({ ...emptyFacts(), level: 2 })).toBe('failed');
    expect(holds({ ...emptyFacts(), level: 1 })).toBe(true);
  });

  it('never throws on any text, and every finding lies inside it', () => {
    const piece = fc.constantFrom(
      ...factNames,
      '"x"',
      '3',
      '1.5',
      '&&',
      '||',
      '!',
      '(',
      ')',
      '==',
      'in',
      '\n',
      '[',
      ']',
      '.',
      '?',
      'đ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((all) => all.join(' ')),
        ),
        (when) => {
          for (const { from, to, line, column } of language.check(when)) {
            expect(from).toBeGreaterThanOrEqual(0);
            expect(to).toBeLessThanOrEqual(when.length);
            expect(from).toBeLessThanOrEqual(to);
            const lines = when.split('\n');
            expect(line).toBeLessThanOrEqual(lines.length);
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
