import type { AgeBand, LocalText } from '../base/vocabulary.ts';

/** One setting of an account: its value, who may loosen it, and why it is so. */
export interface Setting {
  value: boolean | number | string;
  /** `nobody`: fixed; `parent`: a parent may loosen it; `self`: the young person may, after a reminder. */
  lockedBy: 'nobody' | 'parent' | 'self';
  reason: LocalText;
}

/** Settings that a platform applies to an account of this age band. Unknown age gets a minor's settings. */
export function teenSettings(band: AgeBand): Record<string, Setting> {
  const young = band === 'under-13' || band === '13-15';
  const teen = young || band === '16-17' || band === 'unknown';
  const loosen = young || band === 'unknown' ? 'parent' : 'self';
  if (!teen) {
    return {
      privateAccount: { value: false, lockedBy: 'self', reason: text('Bạn tự chọn.', 'Yours to choose.') },
      messagesFrom: { value: 'everyone', lockedBy: 'self', reason: text('Bạn tự chọn.', 'Yours to choose.') },
    };
  }
  return {
    privateAccount: setting(
      true,
      loosen,
      'Người lạ không xem được bài của bạn.',
      'Strangers cannot see what you post.',
    ),
    messagesFrom: setting(
      'contacts',
      loosen,
      'Chỉ người bạn đã đồng ý kết bạn mới nhắn được cho bạn.',
      'Only people whom you accepted can write to you.',
    ),
    callsFrom: setting('contacts', loosen, 'Người lạ không gọi được cho bạn.', 'Strangers cannot call you.'),
    tagsAndMentionsFrom: setting(
      'contacts',
      loosen,
      'Chỉ bạn bè gắn thẻ hay nhắc đến bạn.',
      'Only contacts tag or mention you.',
    ),
    shownInSearchTo: setting(
      'contacts-and-peers',
      loosen,
      'Người lớn lạ không tìm thấy bạn.',
      'Unknown adults do not find you.',
    ),
    location: setting('off', 'nobody', 'Không ai thấy bạn đang ở đâu.', 'Nobody sees where you are.'),
    sensitiveContent: setting(
      'covered',
      'nobody',
      'Nội dung nhạy cảm được che lại.',
      'Sensitive content is covered.',
    ),
    publicLive: setting(
      young || band === 'unknown' ? 'off' : 'contacts',
      young ? 'nobody' : 'self',
      'Phát trực tiếp công khai để lộ nhiều điều về bạn.',
      'A public live stream gives much away about you.',
    ),
    targetedAdverts: setting('off', 'nobody', 'Không quảng cáo theo dõi bạn.', 'No adverts that track you.'),
    reminderAfterMinutes: setting(
      60,
      loosen,
      'Nhắc bạn nghỉ sau mỗi 60 phút.',
      'Reminds you to take a break every 60 minutes.',
    ),
    quietHours: setting(
      '22:00-07:00',
      loosen,
      'Không thông báo từ 22 giờ đến 7 giờ.',
      'No notifications from 22:00 to 07:00.',
    ),
  };
}

function setting(value: Setting['value'], lockedBy: Setting['lockedBy'], vi: string, en: string): Setting {
  return { value, lockedBy, reason: text(vi, en) };
}

function text(vi: string, en: string): LocalText {
  return { vi, en };
}
