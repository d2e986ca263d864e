import type { LocalText } from './language.ts';

export const help = {
  vi: {
    title: 'Viết cho người hỗ trợ, không cần tên',
    about: 'Kể ẩn danh và nhận câu trả lời bằng mã 16 số. Không cần tên, không cần tài khoản.',
    lead: 'Bạn kể bao nhiêu cũng được. Một người được đào tạo sẽ đọc và trả lời. Bạn không phải nói mình là ai.',
    danger: 'Đang nguy hiểm ngay lúc này? Gọi',
    dangerAfter: 'miễn phí, 24 giờ mỗi ngày.',
    promises: [
      'Bài viết được khóa ngay trên máy bạn; chỉ người nhận mở được.',
      'Máy chủ không lưu tên, số điện thoại, địa chỉ mạng hay loại máy của bạn.',
      'Bạn nhận một mã 16 số để quay lại đọc câu trả lời.',
    ],
    noscript:
      'Máy bạn không chạy JavaScript: bài viết sẽ được khóa trên máy chủ ngay khi tới nơi, và không bản gốc nào được giữ lại.',
    haveReceipt: 'Đã có mã nhận? Xem câu trả lời',
    receiver: 'Người nhận:',
    text: 'Chuyện gì đã xảy ra?',
    textHint:
      'Viết như bạn đang nhắn cho một người bạn tin. Ngắn cũng được. Chưa muốn thì đừng viết tên hay số điện thoại của bạn.',
    harm: 'Giống chuyện nào nhất?',
    age: 'Bạn bao nhiêu tuổi?',
    urgency: 'Bạn cần giúp khi nào?',
    urgencies: { now: 'Ngay bây giờ', soon: 'Sớm, trong vài ngày', advice: 'Chỉ muốn hỏi' },
    nowNote: 'Người đọc có thể không trả lời ngay. Nếu bạn đang nguy hiểm, hãy gọi 111 trước.',
    region: 'Bạn ở tỉnh, thành phố nào?',
    optional: '(không bắt buộc)',
    send: 'Gửi',
    sending: 'Đang khóa và gửi… có thể mất vài giây.',
    doneTitle: 'Đã gửi. Cảm ơn bạn đã kể.',
    doneAbout:
      'Đây là mã nhận của bạn. Hãy ghi lại ở nơi chỉ bạn biết. Chỉ mã này mở được câu trả lời; mất mã thì không ai tìm lại được.',
    copy: 'Chép mã',
    copied: 'Đã chép',
    open: 'Mở cuộc trò chuyện',
    openAbout: 'Quay lại trang này sau, nhập mã để xem câu trả lời và viết thêm.',
    failed: 'Chưa gửi được. Những gì bạn viết vẫn còn ở đây. Hãy thử lại, hoặc gọi 111.',
    noChannel: 'Chưa có nơi nào nhận bài viết trên máy chủ này. Hãy gọi 111.',
    tooMany: 'Có quá nhiều lượt gửi từ mạng này. Hãy đợi vài phút rồi thử lại, hoặc gọi 111.',
    plain: 'Gửi theo cách đơn giản hơn',
    plainAbout: 'Máy này không tự khóa được bài viết. Bạn có thể gửi để máy chủ khóa ngay khi nhận.',
    empty: 'Bạn chưa viết gì. Vài chữ thôi cũng được.',
  },
  en: {
    title: 'Write to a helper without a name',
    about: 'Tell anonymously and read the answer with a receipt of 16 digits. No name, no account.',
    lead: 'Tell as much as you like. A trained person reads it and answers. You need not say who you are.',
    danger: 'In danger right now? Call',
    dangerAfter: 'free, 24 hours a day in Viet Nam.',
    promises: [
      'What you write is locked on your device; only the receiver can open it.',
      'The server keeps no name, phone number, network address or kind of device.',
      'You get a receipt of 16 digits to come back and read the answer.',
    ],
    noscript:
      'Your device runs no JavaScript: the server locks what you write the moment it arrives and keeps no original.',
    haveReceipt: 'Have a receipt? See the answer',
    receiver: 'Receiver:',
    text: 'What happened?',
    textHint:
      'Write as to a friend you trust. Short is fine. Leave out your name and number unless you want to give them.',
    harm: 'Which is closest?',
    age: 'How old are you?',
    urgency: 'When do you need help?',
    urgencies: { now: 'Right now', soon: 'Soon, within days', advice: 'I only want to ask' },
    nowNote: 'The reader may not answer at once. If you are in danger, call 111 first.',
    region: 'Which province or city are you in?',
    optional: '(optional)',
    send: 'Send',
    sending: 'Locking and sending… this can take some seconds.',
    doneTitle: 'Sent. Thank you for telling.',
    doneAbout:
      'This is your receipt. Write it down where only you can find it. Nothing else opens the answer; if it is lost nobody can recover it.',
    copy: 'Copy the receipt',
    copied: 'Copied',
    open: 'Open the conversation',
    openAbout: 'Come back later and enter the receipt to read the answer and write more.',
    failed: 'It could not be sent. What you wrote is still here. Try again, or call 111.',
    noChannel: 'Nobody receives messages on this server yet. Please call 111.',
    tooMany: 'Too many messages came from this network. Wait some minutes and try again, or call 111.',
    plain: 'Send in a simpler way',
    plainAbout:
      'This device cannot lock the message itself. You can send it and the server locks it on arrival.',
    empty: 'You have not written anything yet. A few words are enough.',
  },
} as const;

export const reply = {
  vi: {
    title: 'Xem câu trả lời',
    about: 'Nhập mã nhận 16 số để đọc câu trả lời và viết thêm.',
    lead: 'Nhập mã 16 số bạn đã ghi lại.',
    receipt: 'Mã nhận (16 số)',
    open: 'Mở',
    opening: 'Đang mở… có thể mất vài giây.',
    noscript:
      'Máy bạn không chạy JavaScript: mã được gửi tới máy chủ chỉ để mở trang này, và không được giữ lại.',
    wrong: 'Không thấy mã này. Hãy xem lại đủ 16 số rồi thử lại.',
    short: 'Mã có đủ 16 số. Hãy kiểm tra lại.',
    failed: 'Chưa mở được. Hãy thử lại sau một lát, hoặc gọi 111.',
    thread: 'Cuộc trò chuyện',
    you: 'Bạn',
    them: 'Người hỗ trợ',
    states: {
      received: 'Đã nhận, đang chờ người đọc.',
      reading: 'Đã có người đọc, bạn chờ câu trả lời nhé.',
      answered: 'Đã có câu trả lời.',
      closed: 'Cuộc trò chuyện đã khép lại. Bạn viết thêm thì nó mở lại.',
    },
    write: 'Viết thêm',
    send: 'Gửi',
    sent: 'Đã gửi.',
    refresh: 'Xem có tin mới',
    close: 'Đóng và quên mã',
    unreadable: '(không mở được tin này)',
  },
  en: {
    title: 'See the answer',
    about: 'Enter the 16-digit receipt to read the answer and write more.',
    lead: 'Enter the 16 digits that you wrote down.',
    receipt: 'Receipt (16 digits)',
    open: 'Open',
    opening: 'Opening… this can take some seconds.',
    noscript:
      'Your device runs no JavaScript: the receipt goes to the server only to open this page and is not kept.',
    wrong: 'This receipt was not found. Check all 16 digits and try again.',
    short: 'A receipt has 16 digits. Please check.',
    failed: 'It could not be opened. Try again in a moment, or call 111.',
    thread: 'Conversation',
    you: 'You',
    them: 'Helper',
    states: {
      received: 'Received, waiting for somebody to read it.',
      reading: 'Somebody has read it; an answer will follow.',
      answered: 'There is an answer.',
      closed: 'The conversation is closed. It opens again when you write.',
    },
    write: 'Write more',
    send: 'Send',
    sent: 'Sent.',
    refresh: 'Look for new messages',
    close: 'Close and forget the receipt',
    unreadable: '(this message cannot be opened)',
  },
} as const;

/** Values as POST /v1/anonymous/reports knows them, in the words of a young person. */
export const harmChoices: [string, LocalText][] = [
  ['other', { vi: 'Chuyện khác, hoặc chưa biết gọi là gì', en: 'Something else, or I cannot name it' }],
  [
    'sextortion',
    {
      vi: 'Dọa tung ảnh, đòi tiền hoặc đòi thêm ảnh',
      en: 'Threats to share pictures, demands for money or more',
    },
  ],
  [
    'grooming',
    {
      vi: 'Người quen trên mạng dụ dỗ, xin ảnh, đòi gặp',
      en: 'Somebody online lures me, wants pictures or to meet',
    },
  ],
  ['image-abuse', { vi: 'Ảnh bị phát tán hoặc bị ghép', en: 'My pictures are spread or faked' }],
  ['bullying', { vi: 'Bị bắt nạt, công kích', en: 'Bullying, attacks' }],
  ['scam', { vi: 'Bị lừa tiền, mất tài khoản', en: 'Tricked out of money or an account' }],
  ['manipulation', { vi: 'Bị ép làm theo, bị điều khiển', en: 'Pressed or controlled by somebody' }],
  ['trafficking', { vi: 'Bị rủ đi làm xa, bị giữ lại', en: 'Offered work far away, or held' }],
];

export const ageChoices: [string, LocalText][] = [
  ['unknown', { vi: 'Không muốn nói', en: 'I would rather not say' }],
  ['under-13', { vi: 'Dưới 13', en: 'Under 13' }],
  ['13-15', { vi: '13 đến 15', en: '13 to 15' }],
  ['16-17', { vi: '16 đến 17', en: '16 to 17' }],
  ['18-24', { vi: '18 đến 24', en: '18 to 24' }],
  ['adult', { vi: 'Người lớn', en: 'Adult' }],
];
