import { cueById } from '@keben/cues';
import type { LocalText } from '../base/vocabulary.ts';

export const accountActions = ['restrict-contact', 'suspend', 'warn', 'lift'] as const;
export type AccountAction = (typeof accountActions)[number];

const what: Record<AccountAction, LocalText> = {
  'restrict-contact': {
    vi: 'Tài khoản của bạn tạm thời không liên hệ được với người chưa đủ 18 tuổi.',
    en: 'For now your account cannot contact people under 18.',
  },
  suspend: { vi: 'Tài khoản của bạn bị tạm ngưng.', en: 'Your account is suspended.' },
  warn: { vi: 'Bạn nhận một lời nhắc.', en: 'This is a warning to you.' },
  lift: {
    vi: 'Hạn chế trên tài khoản của bạn đã được gỡ.',
    en: 'The restriction on your account has been lifted.',
  },
};

/** Statement of reasons for the account's owner, in plain words; says which signs were seen, not what was written. Pure. */
export function statementOf(action: AccountAction, cues: readonly string[]): LocalText {
  const names = cues.flatMap((id) => cueById(id)?.name ?? []).slice(0, 5);
  const seen = {
    vi: names.map((name) => name.vi.toLocaleLowerCase('vi')).join('; '),
    en: names.map((name) => name.en.toLocaleLowerCase('en')).join('; '),
  };
  if (action === 'lift' || names.length === 0) return what[action];
  return {
    vi: `${what[action].vi} Một người đã xem xét và thấy các dấu hiệu sau: ${seen.vi}. Nếu bạn thấy điều này sai, hãy khiếu nại với nền tảng.`,
    en: `${what[action].en} A person looked at it and saw these signs: ${seen.en}. If you think this is wrong, appeal to the platform.`,
  };
}
