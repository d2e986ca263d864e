export const check = {
  vi: {
    title: 'Kiểm tra một tin nhắn',
    about: 'Dán một tin nhắn để xem có dấu hiệu lừa đảo, dụ dỗ hay đe dọa. Chạy ngay trên máy bạn.',
    lead: 'Dán tin nhắn bạn nhận được. Công cụ chỉ ra những chỗ đáng ngờ và bạn có thể làm gì.',
    private:
      'Tin nhắn không rời khỏi máy bạn: không gửi đi, không lưu lại. Tắt mạng thì trang này vẫn kiểm tra được.',
    label: 'Tin nhắn',
    placeholder: 'Dán hoặc gõ vào đây…',
    button: 'Kiểm tra',
    clear: 'Xóa',
    tries: 'Chưa có tin nhắn? Thử một tin mẫu:',
    samples: [
      ['Mã lạ', 'Mình đổi máy mới, bạn đọc giúp mình mã OTP vừa gửi về máy bạn với, gấp lắm!'],
      ['Bạn mới', 'Chỉ có anh hiểu em thôi. Mình qua Telegram nói chuyện nhé, đừng kể với bố mẹ.'],
      ['Tin bình thường', 'Mai cả lớp tập văn nghệ lúc 4 giờ ở sân trường, bạn nhớ mang áo trắng nhé.'],
    ],
    empty: 'Bạn chưa dán tin nhắn nào.',
    result: 'Kết quả',
    none: 'Không thấy dấu hiệu nào mà công cụ biết',
    noneText:
      'Điều đó không có nghĩa là chắc chắn an toàn. Nếu bạn vẫn thấy không ổn, hãy tin cảm giác của mình và kể với một người lớn.',
    some: (count: number) => `Có ${count} dấu hiệu cần để ý`,
    someText: 'Một dấu hiệu chưa nói lên tất cả: hãy xem ai gửi và vì sao họ cần điều đó.',
    serious: 'Có dấu hiệu nguy hiểm',
    seriousText:
      'Bạn không cần trả lời tin này. Không phải lỗi của bạn. Hãy kể ngay với một người lớn bạn tin, hoặc:',
    call: 'Gọi 111',
    write: 'Viết ẩn danh',
    todo: 'Làm gì bây giờ',
    learn: 'Xem thêm về dấu hiệu này',
    noscript:
      'Phần kiểm tra chạy trên máy bạn nên cần JavaScript. Bạn vẫn có thể xem các dấu hiệu ở phần Tìm hiểu, hoặc gọi 111.',
    language: 'Công cụ đọc tiếng Việt (có dấu, không dấu, viết tắt) và tiếng Anh.',
  },
  en: {
    title: 'Check a message',
    about: 'Paste a message to see signs of scams, luring or threats. It runs on your own device.',
    lead: 'Paste a message you received. The tool points at the suspicious places and says what you can do.',
    private:
      'The message does not leave your device: it is not sent and not stored. Switch the network off and this page still works.',
    label: 'Message',
    placeholder: 'Paste or type here…',
    button: 'Check',
    clear: 'Clear',
    tries: 'No message at hand? Try one of these:',
    samples: [
      ['A code', 'I got a new phone, please read me the OTP code that was sent to your phone, it is urgent!'],
      ['A new friend', 'Only I understand you. Let us move to Telegram, and do not tell your parents.'],
      [
        'An everyday message',
        'The class rehearses tomorrow at 4 in the school yard, remember a white shirt.',
      ],
    ],
    empty: 'There is no message yet.',
    result: 'Result',
    none: 'No sign that the tool knows',
    noneText:
      'That does not make it certainly safe. If it still feels wrong, trust that feeling and tell an adult.',
    some: (count: number) => (count === 1 ? 'One sign to look at' : `${count} signs to look at`),
    someText: 'One sign is not everything: look at who sent it and why they want this.',
    serious: 'There are signs of danger',
    seriousText: 'You need not answer this message. It is not your fault. Tell an adult you trust now, or:',
    call: 'Call 111',
    write: 'Write without a name',
    todo: 'What to do now',
    learn: 'More about this sign',
    noscript:
      'The check runs on your device, so it needs JavaScript. You can still read about the signs under Learn, or call 111.',
    language: 'The tool reads Vietnamese (with or without diacritics, and short forms) and English.',
  },
} as const;
