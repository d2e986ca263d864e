import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeBand, isMinor } from '../base/vocabulary.ts';
import { Assurance, ageOn, isInDoubt, type KnownAge, readAge, type ToldAge, usualConfidence } from './age.ts';
import { claimOf, decideClaim, settleAge } from './settle-age.ts';

const TODAY = '2026-11-25';
const tell = (band: AgeBand, assurance: Assurance = 'declared', leavesBandOn?: string): ToldAge => ({
  band,
  assurance,
  confidence: usualConfidence[assurance],
  leavesBandOn,
});
const settle = (age: KnownAge | undefined, told: ToldAge, today = TODAY) =>
  settleAge(age, told, { today, toldOn: today });
/** What is known after tellings, one after the other, on one day. */
const after = (...told: ToldAge[]): KnownAge => {
  const [first, ...rest] = told;
  let { age } = settle(undefined, first ?? tell('unknown'));
  for (const one of rest) age = settle(age, one).age;
  return age;
};
const read = (age: KnownAge, today = TODAY) => readAge(age, today);

const day = fc.integer({ min: -400, max: 5000 }).map((days) => {
  return new Date(Date.parse(TODAY) + days * 86_400_000).toISOString().slice(0, 10);
});
const telling = (assurances: readonly Assurance[]) =>
  fc.record({
    band: fc.constantFrom(...AgeBand.options),
    assurance: fc.constantFrom(...assurances),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    leavesBandOn: fc.option(day, { nil: undefined }),
  });

describe('the two readings', () => {
  it('an unknown age is a minor to protect and may be an adult to be careful of', () => {
    expect(readAge(undefined, TODAY)).toMatchObject({ band: 'unknown', minor: true, grown: true });
  });

  it('low confidence makes nobody grown, and nobody surely a minor', () => {
    const unsure = (band: AgeBand) => ({ ...tell(band, 'estimated'), confidence: 0.3 });
    expect(read(after(unsure('adult')))).toMatchObject({ band: 'unknown', minor: true, grown: true });
    expect(read(after(unsure('13-15')))).toMatchObject({ band: '13-15', minor: true, grown: true });
    expect(read(after(tell('13-15')))).toMatchObject({ minor: true, grown: false });
  });

  it('move on by a birthday that was told beforehand, band after band, without an event', () => {
    const age = after(tell('13-15', 'declared', '2026-12-01'));
    expect(read(age, '2026-11-30').band).toBe('13-15');
    expect(read(age, '2026-12-01').band).toBe('16-17');
    expect(read(age, '2028-11-30').band).toBe('16-17');
    expect(read(age, '2028-12-01')).toMatchObject({ band: '18-24', minor: false });
    expect(settle(age, tell('16-17'), '2026-12-01').signal).toBeUndefined();
    // Born on 29 February: the day comes on 1 March.
    expect(ageOn(after(tell('16-17', 'declared', '2028-02-29')), '2028-02-29')).toMatchObject({
      band: '18-24',
      leavesBandOn: '2035-03-01',
    });
  });

  it('without a birthday move on when the band cannot last any longer', () => {
    const age = after(tell('13-15'));
    expect(read(age, '2029-11-24')).toMatchObject({ band: '13-15', grown: false });
    expect(read(age, '2029-11-25').band).toBe('16-17');
    expect(read(age, '2031-11-25')).toMatchObject({ minor: false, grown: true });
  });

  it('take a birthday that cannot be true for none', () => {
    for (const wrong of ['2026-11-25', '2020-01-01', '2035-01-01'])
      expect(after(tell('13-15', 'declared', wrong)).leavesBandOn).toBe('2029-11-25');
  });
});

describe('a rise', () => {
  it('over 16 or 18 that is only declared is a signal; both readings stay', () => {
    for (const [from, to] of [
      ['13-15', '16-17'],
      ['16-17', '18-24'],
      ['under-13', 'adult'],
    ] as const) {
      const { age, signal } = settle(after(tell(from)), tell(to));
      expect(signal).toBe('rise');
      expect(age).toMatchObject({ band: from, elder: to, doubt: 'rise' });
      expect(read(age)).toMatchObject({ minor: true, ageInDoubt: true, grown: !isMinor(to) });
    }
  });

  it('that somebody vouches for takes effect and ends the doubt', () => {
    const doubt = after(tell('13-15'), tell('18-24'));
    const { age, signal } = settle(doubt, tell('18-24', 'verified'));
    expect(signal).toBeUndefined();
    expect(read(age)).toMatchObject({ band: '18-24', minor: false, ageInDoubt: false });
    expect(settle(after(tell('13-15')), tell('16-17', 'parent')).signal).toBeUndefined();
    // What was verified is not undone by a school's word, nor by proof that is not sure of itself.
    expect(settle(after(tell('13-15', 'verified')), tell('18-24', 'school')).signal).toBe('rise');
    expect(settle(after(tell('13-15')), { ...tell('18-24', 'verified'), confidence: 0.4 }).signal).toBe(
      'rise',
    );
  });

  it('over 18 is not made by a parent’s word, at once or step by step', () => {
    expect(settle(after(tell('16-17')), tell('18-24', 'parent')).signal).toBe('rise');
    const stepped = after(
      tell('13-15'),
      tell('16-17', 'parent', '2026-11-26'),
      tell('16-17', 'parent', '2026-11-27'),
    );
    expect(read(stepped, '2026-11-28')).toMatchObject({ band: '16-17', minor: true });
  });

  it('is not hidden in a birthday told later, moved earlier, or told along with a small step', () => {
    const later = [
      after(tell('13-15'), tell('13-15', 'declared', '2026-11-26')),
      after(tell('13-15', 'declared', '2027-06-01'), tell('13-15', 'declared', '2026-11-26')),
      after(tell('under-13'), tell('13-15', 'declared', '2026-11-26')),
    ];
    for (const age of later) expect(read(age, '2026-11-26').band).toBe('13-15');
  });

  it('within a group of bands takes effect, but not against a better source', () => {
    expect(after(tell('under-13'), tell('13-15'))).toMatchObject({ band: '13-15' });
    expect(after(tell('under-13', 'verified'), tell('13-15')).band).toBe('under-13');
  });

  it('that was refused is no news until there is better proof', () => {
    const refused = [{ kind: 'rise' as const, to: '18-24' as const, assurance: 'declared' as const }];
    const known = after(tell('13-15'));
    const again = (told: ToldAge) => settleAge(known, told, { today: TODAY, toldOn: TODAY }, refused);
    expect(again(tell('18-24'))).toEqual({ age: known });
    expect(again(tell('adult')).signal).toBeUndefined();
    expect(again(tell('16-17')).signal).toBe('rise');
    expect(again(tell('18-24', 'estimated')).signal).toBe('rise');
  });
});

describe('a fall', () => {
  it('of a grown account protects it, and it is treated as grown when it acts', () => {
    const { age, signal } = settle(after(tell('adult')), tell('13-15'));
    expect(signal).toBe('fall');
    expect(read(age)).toMatchObject({ minor: true, grown: true, ageInDoubt: true });
  });

  it('is not finished by small steps, by saying it again, or by a parent who vouches for it', () => {
    for (const steps of [
      [tell('under-13'), tell('13-15')],
      [tell('16-17'), tell('13-15'), tell('under-13')],
      [tell('13-15'), tell('13-15'), tell('unknown')],
      [tell('13-15'), tell('13-15', 'parent')],
    ])
      expect(read(after(tell('adult'), ...steps)), JSON.stringify(steps)).toMatchObject({
        minor: true,
        grown: true,
      });
    // The source of the older reading is what proof has to reach.
    const verified = after(tell('adult', 'verified'), tell('13-15'), tell('13-15', 'school'));
    expect(read(verified).grown).toBe(true);
    expect(read(after(tell('adult', 'verified'), tell('13-15', 'verified')))).toMatchObject({
      minor: true,
      grown: false,
      ageInDoubt: false,
    });
  });

  it('taken back stays a claim', () => {
    const back = after(tell('adult'), tell('13-15'), tell('adult'));
    expect(read(back)).toMatchObject({ minor: true, grown: true, ageInDoubt: true });
  });

  it('of the 18th birthday to a later day leaves the first day to the older reading', () => {
    const age = after(tell('16-17', 'declared', '2026-12-01'), tell('16-17', 'declared', '2028-11-01'));
    expect(read(age)).toMatchObject({ minor: true, grown: false, ageInDoubt: false });
    expect(read(age, '2026-12-01')).toMatchObject({ minor: true, grown: true, ageInDoubt: true });
    expect(read(age, '2028-11-01')).toMatchObject({ minor: false, ageInDoubt: false });
  });

  it('does not launder what was verified', () => {
    const age = after(tell('13-15', 'verified'), tell('under-13'));
    expect(settle(age, tell('16-17', 'parent')).signal).toBe('rise');
    expect(after(tell('16-17', 'verified'), tell('13-15'), tell('16-17'))).toMatchObject({
      band: '16-17',
      assurance: 'verified',
    });
  });
});

describe('a decision', () => {
  const decided = (age: KnownAge, outcome: 'confirm' | 'refuse') => {
    const claim = claimOf(age);
    if (!claim) throw new Error('in doubt');
    const { kind, from, told } = claim;
    return decideClaim(
      age,
      { kind, from, to: told.band, leavesBandOn: told.leavesBandOn },
      { outcome },
      TODAY,
    );
  };

  it('ends the doubt: a rise at the told or the known band, a fall at the told or the grown one', () => {
    const rise = after(tell('16-17'), tell('18-24'));
    expect(read(decided(rise, 'confirm'))).toMatchObject({ band: '18-24', minor: false, ageInDoubt: false });
    expect(read(decided(rise, 'refuse'))).toMatchObject({ band: '16-17', minor: true, grown: false });
    const fall = after(tell('adult'), tell('13-15'));
    expect(read(decided(fall, 'confirm'))).toMatchObject({ band: '13-15', minor: true, grown: false });
    expect(read(decided(fall, 'refuse'))).toMatchObject({ band: 'adult', minor: false, grown: true });
  });

  it('leaves no doubt behind, whatever was told before', () => {
    fc.assert(
      fc.property(
        fc.array(telling(Assurance.options), { minLength: 1, maxLength: 8 }),
        fc.constantFrom<'confirm' | 'refuse'>('confirm', 'refuse'),
        (claims, outcome) => {
          const age = after(...claims);
          if (!isInDoubt(age)) return;
          expect(isInDoubt(decided(age, outcome))).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('whatever is told', () => {
  const sorts: Assurance[] = ['declared', 'estimated'];

  it('without a voucher no string of claims makes a known minor lose protection, on the day or later', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<AgeBand>('under-13', '13-15', '16-17'),
        fc.array(telling(sorts), { maxLength: 12 }),
        (start, claims) => {
          const age = after(tell(start), ...claims);
          expect(read(age).minor).toBe(true);
          expect(read(age).under16 || start === '16-17').toBe(true);
          // Each claim may tell a birthday, but none may bring one nearer than the band lasts.
          const soon = start === '16-17' ? '2028-11-24' : '2029-11-24';
          expect(read(age, soon).minor).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('without proof no string of claims, nor a parent, makes a grown account a plain minor', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<AgeBand>('18-24', 'adult'),
        fc.array(telling([...sorts, 'parent']), { maxLength: 12 }),
        (start, claims) => {
          expect(read(after(tell(start), ...claims)).grown).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('a parent’s word never takes a minor over 18, now or within two years', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<AgeBand>('under-13', '13-15', '16-17'),
        fc.array(telling([...sorts, 'parent']), { maxLength: 12 }),
        (start, claims) => {
          const age = after(tell(start), ...claims);
          expect(read(age).minor).toBe(true);
          expect(read(age, '2028-11-24').minor).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('every signal leaves the age in doubt, the older reading is never younger, and days move both on', () => {
    fc.assert(
      fc.property(
        fc.array(telling(Assurance.options), { minLength: 1, maxLength: 10 }),
        day,
        day,
        (claims, one, other) => {
          let age: KnownAge | undefined;
          const order = AgeBand.options;
          for (const told of claims) {
            const settled = settle(age, told);
            age = settled.age;
            if (settled.signal) expect(isInDoubt(age)).toBe(true);
            if (age.elder) expect(order.indexOf(age.elder)).toBeGreaterThanOrEqual(order.indexOf(age.band));
          }
          const [soon, later] = [one, other].sort() as [string, string];
          if (!age || soon < TODAY) return;
          // Retention stores what days changed, and changes nothing that is read.
          expect(readAge(ageOn(age, soon), later)).toEqual(readAge(age, later));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
