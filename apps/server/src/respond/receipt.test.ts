import { describe, expect, it } from 'vitest';
import { newDigits } from '../base/secret-digits.ts';
import { keysOfReceipt, openSealed, receiptSalt, sealFor } from './receipt.ts';

describe('receipt', () => {
  const salt = receiptSalt(Buffer.alloc(32, 7), '00000000-0000-4000-8000-000000000000');

  it('is sixteen digits and opens what was sealed for it', async () => {
    const receipt = await newDigits();
    expect(receipt).toMatch(/^\d{16}$/);
    const keys = await keysOfReceipt(receipt, salt);
    const sealed = await sealFor('Bạn ấy dọa mình.', keys.publicKey);
    expect(Buffer.from(sealed).includes('dọa')).toBe(false);
    expect(await openSealed(sealed, await keysOfReceipt(receipt, salt))).toBe('Bạn ấy dọa mình.');
  });

  it('one wrong digit gives another lookup and opens nothing', async () => {
    const right = await keysOfReceipt('1234567890123456', salt);
    const wrong = await keysOfReceipt('1234567890123457', salt);
    expect(Buffer.compare(right.lookup, wrong.lookup)).not.toBe(0);
    await expect(openSealed(await sealFor('x', right.publicKey), wrong)).rejects.toThrow();
  });
});
