import { describe, expect, it } from 'vitest';
import { teenSettings } from './settings.ts';

describe('teen settings', () => {
  it('are private with messages from contacts only, for every age under 18 and for an unknown one', () => {
    for (const band of ['under-13', '13-15', '16-17', 'unknown'] as const) {
      const settings = teenSettings(band);
      expect(settings.privateAccount?.value).toBe(true);
      expect(settings.messagesFrom?.value).toBe('contacts');
      expect(settings.location).toMatchObject({ value: 'off', lockedBy: 'nobody' });
    }
  });

  it('under 16 only a parent may loosen what may be loosened; from 16 the young person may', () => {
    expect(teenSettings('13-15').privateAccount?.lockedBy).toBe('parent');
    expect(teenSettings('16-17').privateAccount?.lockedBy).toBe('self');
  });
});
