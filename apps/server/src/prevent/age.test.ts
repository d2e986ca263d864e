import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeBand, isMinor } from '../base/vocabulary.ts';
import { Assurance, type KnownAge, readAge, settleAge, type ToldAge, usualConfidence } from './age.ts';

const TODAY = '2026-11-25';
const known = (band: AgeBand, assurance: Assurance = 'declared', more: Partial<KnownAge> = {}): KnownAge => ({
  band,
  assurance,
  confidence: usualConfidence[assurance],
  ...more,
});
const told = fc.record({
  band: fc.constantFrom(...AgeBand.options),
  assurance: fc.constantFrom(...Assurance.options),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('ages', () => {
  it('an unknown age is a minor to protect and may be an adult to be careful of', () => {
    expect(readAge(undefined, TODAY)).toMatchObject({ band: 'unknown', minor: true, grown: true });
  });

  it('a declared rise over 16 or 18 is a signal; both readings stay', () => {
    for (const [from, to] of [
      ['13-15', '16-17'],
      ['16-17', '18-24'],
      ['under-13', 'adult'],
    ] as const) {
      const { age, signal } = settleAge(known(from), known(to), TODAY);
      expect(signal).toBe('rise');
      expect(age).toMatchObject({ band: from, elder: to });
      const read = readAge(age, TODAY);
      expect(read.minor).toBe(true);
      expect(read.ageInDoubt).toBe(true);
      expect(read.grown).toBe(!isMinor(to));
    }
  });

  it('a rise that a school, a parent or a check vouches for takes effect, and ends the doubt', () => {
    const doubt = settleAge(known('13-15'), known('18-24'), TODAY).age;
    const { age, signal } = settleAge(doubt, known('18-24', 'verified'), TODAY);
    expect(signal).toBeUndefined();
    expect(readAge(age, TODAY)).toMatchObject({ band: '18-24', minor: false, ageInDoubt: false });
    // What was verified is not undone by a parent's word.
    expect(settleAge(known('13-15', 'verified'), known('18-24', 'parent'), TODAY).signal).toBe('rise');
  });

  it('a birthday that was told beforehand moves the account on; one moved forward later does not', () => {
    const age = known('13-15', 'declared', { leavesBandOn: '2026-12-01' });
    expect(readAge(age, '2026-11-30').band).toBe('13-15');
    expect(readAge(age, '2026-12-01').band).toBe('16-17');
    expect(settleAge(age, known('16-17'), '2026-12-01').signal).toBeUndefined();
    const moved = settleAge(age, { ...known('13-15'), leavesBandOn: '2026-11-20' }, TODAY).age;
    expect(readAge(moved, TODAY).band).toBe('13-15');
  });

  it('a grown account that says it is young is protected, and treated as grown when it acts', () => {
    const { age, signal } = settleAge(known('adult'), known('13-15'), TODAY);
    expect(signal).toBe('fall');
    expect(readAge(age, TODAY)).toMatchObject({ minor: true, grown: true, ageInDoubt: true });
  });

  it('low confidence never makes anybody grown', () => {
    expect(readAge(known('adult', 'estimated', { confidence: 0.3 }), TODAY)).toMatchObject({
      band: 'unknown',
      minor: true,
    });
  });

  it('without a voucher or a birthday no string of claims makes a known minor lose protection', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<AgeBand>('under-13', '13-15', '16-17'),
        fc.array(told, { maxLength: 12 }),
        (start, claims) => {
          let age = known(start);
          for (const claim of claims as ToldAge[]) {
            const assurance = claim.assurance === 'estimated' ? 'estimated' : 'declared';
            age = settleAge(age, { ...claim, assurance }, TODAY).age;
          }
          const read = readAge(age, TODAY);
          expect(read.minor).toBe(true);
          if (start !== '16-17') expect(read.under16).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
