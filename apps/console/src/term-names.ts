/** Names of what adds up to a risk (docs/detection.md): features of accounts and pairs, paths of harm and their stages. */
interface Name {
  vi: string;
  en: string;
}

const features: Record<string, Name> = {
  'age-gap': { vi: 'Chênh lệch tuổi', en: 'Age gap' },
  'new-minors-1h': { vi: 'Trẻ em mới làm quen trong 1 giờ', en: 'New minors in an hour' },
  'new-minors-24h': { vi: 'Trẻ em mới làm quen trong 1 ngày', en: 'New minors in a day' },
  'new-minors-7d': { vi: 'Trẻ em mới làm quen trong 7 ngày', en: 'New minors in a week' },
  'share-of-minors': { vi: 'Tỷ lệ trẻ em trong số đã làm quen', en: 'Share of minors approached' },
  'minors-with-cues-7d': { vi: 'Nhiều trẻ em cùng nhận dấu hiệu', en: 'Several minors got cues' },
  'unanswered-requests': { vi: 'Lời kết bạn chưa được đáp', en: 'Requests unanswered' },
  'declined-requests': { vi: 'Lời kết bạn bị từ chối', en: 'Requests declined' },
  'blocked-by-minors': { vi: 'Bị trẻ em chặn', en: 'Blocked by minors' },
  'reported-by-minors': { vi: 'Bị trẻ em báo cáo', en: 'Reported by minors' },
  'night-share': { vi: 'Nhắn nhiều vào ban đêm', en: 'Writes at night' },
  'links-to-strangers': { vi: 'Gửi link cho người lạ', en: 'Links to strangers' },
  'repeated-text': { vi: 'Một lời gửi nhiều người', en: 'Same text to many' },
  'age-fell': { vi: 'Người lớn vừa khai lại là trẻ em', en: 'Grown, now says it is a minor' },
  'age-rose': { vi: 'Tuổi khai tăng vọt', en: 'Stated age jumped' },
  'new-account': { vi: 'Tài khoản mới', en: 'New account' },
  answered: { vi: 'Đã được trả lời', en: 'Was answered' },
  'goes-on-unanswered': { vi: 'Nhắn tiếp dù không được đáp', en: 'Goes on unanswered' },
  'pictures-received': { vi: 'Đã nhận ảnh', en: 'Received pictures' },
  'gifts-given': { vi: 'Đã tặng quà', en: 'Gave gifts' },
  'money-asked': { vi: 'Đã đòi tiền', en: 'Asked for money' },
  'resembles-harm': { vi: 'Lời giống tin gây hại', en: 'Reads like harm' },
  'not-confirmed': { vi: 'Chưa có người xác nhận', en: 'Confirmed by nobody' },
  'adult-in-group-of-minors': { vi: 'Người lớn lạ trong nhóm trẻ em', en: 'Adult among minors' },
};

const paths: Record<string, Name> = {
  grooming: { vi: 'Dụ dỗ', en: 'Grooming' },
  sextortion: { vi: 'Tống tiền bằng ảnh', en: 'Sextortion' },
  kidnapping: { vi: 'Bắt cóc qua mạng', en: 'Online kidnapping' },
  trafficking: { vi: 'Mua bán người', en: 'Trafficking' },
};

const stages: Record<string, Name> = {
  approach: { vi: 'làm quen', en: 'approach' },
  closeness: { vi: 'làm thân', en: 'closeness' },
  probing: { vi: 'dò hỏi', en: 'probing' },
  isolation: { vi: 'cô lập', en: 'isolation' },
  exploitation: { vi: 'lợi dụng', en: 'exploitation' },
  picture: { vi: 'xin ảnh', en: 'picture' },
  threat: { vi: 'đe dọa', en: 'threat' },
  demand: { vi: 'đòi hỏi', en: 'demand' },
  fear: { vi: 'gây sợ', en: 'fear' },
  control: { vi: 'điều khiển', en: 'control' },
  offer: { vi: 'mời gọi', en: 'offer' },
  journey: { vi: 'đưa đi', en: 'journey' },
};

/** What a feature is called; its id where it has no name here. */
export function featureName(id: string, lang: 'vi' | 'en'): string {
  return features[id]?.[lang] ?? id;
}

/** `path:stage` in words, such as "Grooming: isolation". */
export function stageName(id: string, lang: 'vi' | 'en'): string {
  const [path = '', stage = ''] = id.split(':');
  return `${paths[path]?.[lang] ?? path}: ${stages[stage]?.[lang] ?? stage}`;
}
