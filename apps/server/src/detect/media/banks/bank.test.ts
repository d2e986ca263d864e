import { describe, expect, it } from 'vitest';
import { BankSettings, NewBank, SignalInput } from './bank.ts';

describe('what people send', () => {
  it('is refused when the database could not keep it', () => {
    const bank = { name: 'n', source: 's', reason: 'r' };
    expect(NewBank.safeParse(bank).success).toBe(true);
    for (const field of ['name', 'source', 'reason'])
      expect(NewBank.safeParse({ ...bank, [field]: 'a\0b' }).success, field).toBe(false);
    expect(BankSettings.partial().safeParse({ source: '\0' }).success).toBe(false);
    const frame = { kind: 'vpdq', value: '0f'.repeat(32), seconds: 86_400 };
    expect(SignalInput.safeParse(frame).success).toBe(true);
    for (const seconds of [1e39, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(SignalInput.safeParse({ ...frame, seconds }).success, String(seconds)).toBe(false);
  });
});
