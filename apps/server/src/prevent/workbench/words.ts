import type { AgeBand, LocalText } from '../../base/vocabulary.ts';
import type { ActionName } from '../actions.ts';
import type { ObligationId } from '../obligations.ts';

/** Words for what policies speak of, in both languages. A word that is missing here is told as Cedar text. */
const say = (vi: string, en: string): LocalText => ({ vi, en });

export const actionWords: Record<ActionName, LocalText> = {
  'contact.request': say('gửi lời mời kết bạn', 'asking to be a contact'),
  'contact.accept': say('nhận lời kết bạn', 'accepting a contact request'),
  follow: say('theo dõi', 'following'),
  'message.send': say('nhắn tin riêng', 'sending a private message'),
  'call.start': say('gọi thoại hoặc gọi video', 'calling by voice or video'),
  mention: say('nhắc đến tên', 'mentioning by name'),
  tag: say('gắn thẻ', 'tagging'),
  comment: say('bình luận', 'commenting'),
  'group.add': say('thêm vào nhóm', 'adding to a group'),
  'payment.request': say('đòi tiền', 'asking for money'),
  'gift.send': say('tặng quà', 'sending a gift'),
  'profile.view': say('xem trang cá nhân', 'seeing the profile'),
  'followers.view': say('xem danh sách bạn bè', 'seeing the list of contacts'),
  'activity.view': say('xem có đang hoạt động không', 'seeing whether the person is online'),
  'location.view': say('xem vị trí', 'seeing the location'),
  'search.appear': say('tìm thấy trong tìm kiếm', 'finding in search'),
  'suggestion.appear': say('được gợi ý kết bạn', 'getting suggested as a contact'),
  'content.remix': say('tải về hoặc ghép lại bài', 'downloading or remixing what was posted'),
  'personal.publish': say('công khai điều riêng tư', 'making something personal public'),
  'content.view': say('xem nội dung', 'seeing content'),
  'content.publish': say('đăng nội dung', 'posting content'),
  'advert.show': say('hiện quảng cáo', 'showing an advert'),
  'stream.start': say('phát trực tiếp', 'starting a live stream'),
  'stream.join': say('vào buổi phát trực tiếp', 'joining a live stream'),
  'app.use': say('dùng ứng dụng', 'using the app'),
  'notification.receive': say('nhận thông báo', 'getting a notification'),
  'game.play': say('chơi trò chơi', 'playing a game'),
};

export const obligationWords: Record<ObligationId, LocalText> = {
  blur: say('ảnh được làm mờ', 'the picture is blurred'),
  cover: say('nội dung được che lại', 'the content is covered'),
  'hide-from-recipient': say('người nhận không phải đọc', 'it is hidden from the recipient'),
  'ask-age': say('hỏi tuổi trước', 'the age is asked first'),
  'ask-owner': say('chủ tài khoản đồng ý trước', 'the owner of the account agrees first'),
  'ask-parent': say('bố mẹ đồng ý trước', 'a parent agrees first'),
  'ask-both-consents': say(
    'bạn ấy và bố mẹ cùng đồng ý trước',
    'both the young person and a parent agree first',
  ),
  'ask-more-time': say('hỏi thêm thời gian trước', 'more time is asked for first'),
  'quiet-request': say(
    'lời mời để riêng, không kèm tin nhắn, ảnh hay thông báo',
    'the request waits apart, without message, picture or notification',
  ),
  'message-request': say(
    'tin nằm ở mục chờ, ảnh và đường dẫn bị ẩn',
    'the message waits as a request, with pictures and links hidden',
  ),
  'name-only': say('chỉ thấy tên và ảnh đại diện', 'only name and picture are seen'),
  'contacts-only': say('chỉ dành cho bạn bè', 'it is for contacts only'),
  'no-media-no-links': say('không kèm ảnh và đường dẫn', 'without pictures and links'),
  'hold-until-morning': say('chờ đến hết giờ yên tĩnh', 'it waits until the quiet hours are over'),
  'warn-before-sending': say('nhắc dừng lại trước khi gửi', 'a pause before sending'),
  'warn-of-money': say('nhắc cẩn thận về tiền', 'a warning about money'),
  'warn-of-age-in-doubt': say('nhắc rằng tuổi chưa chắc chắn', 'a warning that the age is in doubt'),
  'warn-of-stranger': say('nhắc rằng đây có thể là người lạ', 'a warning that this may be a stranger'),
  'warn-of-call': say('nhắc cẩn thận với cuộc gọi lạ', 'a warning about calls of strangers'),
  'warn-of-gift': say('nhắc rằng nhận quà không nợ ai', 'a word that a gift makes no debt'),
  'warn-of-risk': say('nhắc cẩn thận với tài khoản này', 'a warning about this account'),
  'remind-break': say('nhắc nghỉ', 'a reminder to take a break'),
  'remind-night': say('nhắc đi ngủ', 'a reminder to sleep'),
  'game-warning': say('nhắc thời gian chơi', 'a reminder of the time played'),
};

export const bandWords: Record<AgeBand, LocalText> = {
  'under-13': say('dưới 13 tuổi', 'under 13'),
  '13-15': say('13–15 tuổi', '13–15'),
  '16-17': say('16–17 tuổi', '16–17'),
  '18-24': say('18–24 tuổi', '18–24'),
  adult: say('từ 25 tuổi', '25 or over'),
  unknown: say('chưa rõ tuổi', 'of unknown age'),
};

export const riskWords: readonly LocalText[] = [
  say('không có', 'none'),
  say('cần để ý', 'watch'),
  say('đáng chú ý', 'elevated'),
  say('cao', 'high'),
  say('rất cao', 'critical'),
];

/** Values of settings and of `audience`. */
export const valueWords: Readonly<Record<string, LocalText>> = {
  nobody: say('không ai', 'nobody'),
  contacts: say('bạn bè', 'contacts'),
  peers: say('bạn cùng lứa', 'peers'),
  everyone: say('mọi người', 'everyone'),
  off: say('tắt', 'off'),
  on: say('bật', 'on'),
  hidden: say('ẩn', 'hidden'),
  covered: say('che', 'covered'),
  shown: say('hiện', 'shown'),
  'blur-and-warn': say('làm mờ và nhắc', 'blur and warn'),
  warn: say('chỉ nhắc', 'warn only'),
  public: say('công khai', 'public'),
  followers: say('người theo dõi', 'followers'),
  private: say('riêng tư', 'private'),
  none: say('không rõ', 'not told'),
  friend: say('bạn', 'friend'),
  family: say('người nhà', 'family'),
  teacher: say('thầy cô', 'teacher'),
  helpline: say('đường dây hỗ trợ', 'help line'),
  true: say('bật', 'on'),
  false: say('tắt', 'off'),
};

export const decisionWords: Record<'allow' | 'deny' | 'limit', LocalText> = {
  allow: say('cho phép', 'allowed'),
  deny: say('không cho', 'denied'),
  limit: say('chỉ cho có điều kiện', 'allowed only so'),
};

type Of = (who: LocalText) => LocalText;
/** What a yes and a no say. */
export interface YesNo<T> {
  yes: T;
  no: T;
}

/** Facts of an account that are true or false. */
export const accountFlags: Readonly<Record<string, YesNo<Of>>> = {
  minor: {
    yes: (who) => say(`${who.vi} có thể chưa đủ 18 tuổi`, `${who.en} may be under 18`),
    no: (who) => say(`${who.vi} chắc chắn đã đủ 18 tuổi`, `${who.en} is certainly 18 or over`),
  },
  under16: {
    yes: (who) => say(`${who.vi} có thể chưa đủ 16 tuổi`, `${who.en} may be under 16`),
    no: (who) => say(`${who.vi} chắc chắn đã đủ 16 tuổi`, `${who.en} is certainly 16 or over`),
  },
  grown: {
    yes: (who) => say(`${who.vi} có thể là người lớn`, `${who.en} may be an adult`),
    no: (who) => say(`${who.vi} chắc chắn chưa đủ 18 tuổi`, `${who.en} is certainly under 18`),
  },
  ageInDoubt: {
    yes: (who) => say(`tuổi của ${who.vi} còn phải xác minh`, `the age of ${who.en} is in doubt`),
    no: (who) => say(`tuổi của ${who.vi} không bị nghi ngờ`, `the age of ${who.en} is not in doubt`),
  },
};

/** Facts of the situation that are true or false. */
export const contextFlags: Readonly<Record<string, YesNo<LocalText>>> = {
  connected: {
    yes: say('hai bên đã kết bạn', 'the two are contacts'),
    no: say('hai bên chưa kết bạn', 'the two are not contacts'),
  },
  newContact: {
    yes: say('hai bên mới kết bạn chưa đến 7 ngày', 'the two became contacts less than 7 days ago'),
    no: say('hai bên không phải mới kết bạn', 'the two did not become contacts only lately'),
  },
  unknownAdults: {
    yes: say('trong nhóm có thể có người lớn chưa quen', 'the group may hold adults who are not contacts'),
    no: say('trong nhóm không có người lớn chưa quen', 'the group holds no adults who are not contacts'),
  },
  peers: {
    yes: say('hai bạn cùng lứa', 'the two are young people of about the same age'),
    no: say('hai bên không phải bạn cùng lứa', 'the two are not young people of about the same age'),
  },
  blocked: {
    yes: say('một bên đã chặn bên kia', 'one has blocked the other'),
    no: say('không ai chặn ai', 'neither has blocked the other'),
  },
  self: {
    yes: say('đó là tài khoản của chính mình', 'it is one’s own account'),
    no: say('đó không phải tài khoản của chính mình', 'it is not one’s own account'),
  },
  nudity: {
    yes: say('có ảnh nhạy cảm', 'there is an intimate picture'),
    no: say('không có ảnh nhạy cảm', 'there is no intimate picture'),
  },
  insult: {
    yes: say('có lời xúc phạm', 'there are insults'),
    no: say('không có lời xúc phạm', 'there are no insults'),
  },
  media: {
    yes: say('có ảnh hoặc video', 'there are pictures or films'),
    no: say('không có ảnh hay video', 'there are no pictures or films'),
  },
  link: {
    yes: say('có đường dẫn', 'there are links'),
    no: say('không có đường dẫn', 'there are no links'),
  },
  sensitive: {
    yes: say('nội dung nhạy cảm hoặc chưa được xếp loại', 'the content is sensitive or not rated'),
    no: say('nội dung không nhạy cảm', 'the content is not sensitive'),
  },
  targeted: {
    yes: say('quảng cáo được chọn theo hành vi', 'the advert is chosen by behaviour'),
    no: say('quảng cáo không chọn theo hành vi', 'the advert is not chosen by behaviour'),
  },
  ageLimited: {
    yes: say('quảng cáo chỉ dành cho người đủ 18 tuổi', 'the advert is for people of 18 or over'),
    no: say('quảng cáo không giới hạn tuổi', 'the advert has no age limit'),
  },
  hostMinor: {
    yes: say('chủ buổi phát có thể chưa đủ 18 tuổi', 'the host may be under 18'),
    no: say('chủ buổi phát chắc chắn đã đủ 18 tuổi', 'the host is certainly 18 or over'),
  },
  quiet: {
    yes: say('đang trong giờ yên tĩnh', 'it is within the quiet hours'),
    no: say('không phải giờ yên tĩnh', 'it is not within the quiet hours'),
  },
  urgent: {
    yes: say('thông báo khẩn', 'the notification is urgent'),
    no: say('thông báo không khẩn', 'the notification is not urgent'),
  },
  parentConsents: {
    yes: say('bố mẹ đồng ý', 'a parent agrees'),
    no: say('bố mẹ chưa đồng ý', 'no parent agrees'),
  },
  childConsents: {
    yes: say('bạn ấy đồng ý', 'that person agrees'),
    no: say('bạn ấy chưa đồng ý', 'that person does not agree'),
  },
};

/** Facts of the situation that are numbers or words. */
export const contextNouns: Readonly<Record<string, LocalText>> = {
  relationship: say('quan hệ mà nền tảng đã xác nhận', 'the relationship that the platform vouches for'),
  audience: say('người xem được', 'the audience'),
  hostLive: say('người được xem buổi phát', 'the audience of the stream'),
  minutesToday: say('thời gian dùng hôm nay', 'the time used today'),
  minutesSinceBreak: say('thời gian từ lần nghỉ trước', 'the time since the last break'),
  minutesThisGame: say('thời gian chơi trò này hôm nay', 'the time in this game today'),
  minutesAllGames: say('thời gian chơi mọi trò hôm nay', 'the time in all games today'),
  minutesSinceWarning: say('thời gian từ lần nhắc trước', 'the time since the last reminder'),
  rating: say('tuổi ít nhất của trò chơi', 'the least age of the game'),
  leastAge: say('tuổi ít nhất của nhóm tuổi người chơi', 'the least age of the player’s age group'),
};

export const actor = say('người thực hiện', 'the person acting');
export const other = say('người bên kia', 'the other person');
