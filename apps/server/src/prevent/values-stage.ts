import fc from 'fast-check';
import { catalogue, type SettingValue } from './catalogue.ts';

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);

/** Any valid value of a setting: for tests. */
export function anyValue(id: string): fc.Arbitrary<SettingValue> {
  const { values, number } = catalogue.get(id) ?? {};
  if (values) return fc.constantFrom(...values);
  if (number) return fc.oneof(fc.integer({ min: number.min, max: number.max }), fc.constant(number.off));
  return fc.oneof(
    fc.constant('off'),
    fc
      .tuple(clock, clock)
      .filter(([from, to]) => from !== to)
      .map((two) => two.join('-')),
  );
}
