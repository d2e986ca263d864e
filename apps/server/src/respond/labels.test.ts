import { describe, expect, it } from 'vitest';
import { outcomes, reasonCodes, reasonFits, reasons, textLabel, verdictOf } from './labels.ts';

describe('labels', () => {
  it('each reason belongs to one outcome', () => {
    expect(new Set(reasonCodes).size).toBe(reasonCodes.length);
    for (const code of reasonCodes) {
      expect(outcomes.filter((outcome) => reasonFits(outcome, code))).toHaveLength(1);
    }
  });

  it('only found-out cases speak of the machine', () => {
    expect(verdictOf('confirmed', 'attempt')).toBe('confirmed');
    expect(verdictOf('dismissed', 'misread')).toBe('dismissed');
    expect(verdictOf('dismissed', 'not-enough-information')).toBe('undecided');
    for (const reason of reasons.referred) expect(verdictOf('referred', reason)).toBe('undecided');
  });

  it('a mark on the message outweighs the case; a relation says nothing of the words', () => {
    expect(textLabel('confirmed', 'attempt', undefined)).toBe(1);
    expect(textLabel('confirmed', 'attempt', 'wrong')).toBe(0);
    expect(textLabel('dismissed', 'innocent-context', undefined)).toBe(0);
    expect(textLabel('dismissed', 'innocent-context', 'right')).toBe(1);
    expect(textLabel('dismissed', 'known-people', undefined)).toBeUndefined();
    expect(textLabel('undecided', 'not-ours', undefined)).toBeUndefined();
  });
});
