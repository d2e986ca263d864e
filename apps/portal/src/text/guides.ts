interface Guide {
  title: string;
  about: string;
  lead: string;
  parts: { title: string; items: string[] }[];
}

export const parents: Record<'vi' | 'en', Guide> = {
  vi: {
    title: 'Cho phụ huynh',
    about: 'Con kể, bố mẹ nói gì? Những câu giúp con tiếp tục kể.',
    lead: 'Phần lớn trẻ gặp chuyện xấu trên mạng không kể với ai. Điều con cần nhất là biết rằng kể ra sẽ không bị phạt.',
    parts: [
      {
        title: 'Khi con kể',
        items: [
          'Nghe hết, không ngắt lời. “Cảm ơn con đã kể. Không phải lỗi của con.”',
          'Không lấy điện thoại của con để phạt: lần sau con sẽ không kể.',
          'Không trả tiền, không nhắn lại, không xóa cuộc trò chuyện: đó là bằng chứng.',
          'Chặn và báo cáo tài khoản đó, đổi mật khẩu cùng con.',
          'Ảnh riêng tư của con bị chuyền đi: cùng con mở trang Gỡ ảnh của mình. Ảnh không rời khỏi máy; bố mẹ không cần xem hay giữ ảnh.',
          'Gọi 111 để được hướng dẫn, miễn phí cả ngày đêm.',
        ],
      },
      {
        title: 'Trước khi có chuyện',
        items: [
          'Hỏi con chơi gì, nói chuyện với ai, và nghe nhiều hơn hỏi.',
          'Thống nhất một “mật khẩu gia đình” để kiểm tra các cuộc gọi báo tin gấp.',
          'Để tài khoản của con ở chế độ riêng tư; cùng con xem ai được nhắn tin.',
          'Cùng làm bài luyện tập tám tin nhắn và đoán xem tin nào thật.',
        ],
      },
      {
        title: 'Dấu hiệu nên để ý',
        items: [
          'Con giấu màn hình, lo lắng khi có tin nhắn, thức khuya bất thường.',
          'Con có quà, tiền hay thẻ game không rõ từ đâu.',
          'Con nói về một người bạn mới mà không ai gặp, hoặc muốn đi gặp một mình.',
        ],
      },
    ],
  },
  en: {
    title: 'For parents',
    about: 'Your child tells you. What do you say?',
    lead: 'Most children who meet something bad online tell nobody. What they need most is to know that telling will not be punished.',
    parts: [
      {
        title: 'When your child tells you',
        items: [
          'Hear them out. “Thank you for telling me. It is not your fault.”',
          'Do not take the phone away as a punishment: next time they will not tell.',
          'Do not pay, answer or delete the chat: it is evidence.',
          'Block and report the account, and change passwords together.',
          'If a private picture goes round, open Take my picture down together. The picture stays on the device; you need not see or keep it.',
          'Call 111 for guidance, free day and night.',
        ],
      },
      {
        title: 'Before anything happens',
        items: [
          'Ask what they play and whom they talk to, and listen more than you ask.',
          'Agree on a family password to check urgent calls.',
          'Keep their accounts private; look together at who may write.',
          'Do the eight-message practice together and guess which ones are genuine.',
        ],
      },
      {
        title: 'Signs to notice',
        items: [
          'They hide the screen, worry when messages come, or stay up unusually late.',
          'They have presents, money or game cards from somewhere unknown.',
          'They speak of a new friend whom nobody has met, or want to go and meet alone.',
        ],
      },
    ],
  },
};

export const teachers: Record<'vi' | 'en', Guide> = {
  vi: {
    title: 'Cho thầy cô',
    about: 'Một tiết 30 phút với tám tin nhắn, không cần tài khoản.',
    lead: 'Mục tiêu không phải là nghi ngờ mọi người, mà là phân biệt được tin có hại và tin bình thường. Một nửa ví dụ là tin thật.',
    parts: [
      {
        title: 'Một tiết 30 phút',
        items: [
          'Mở đầu (3 phút): có ví dụ có thể gần với chuyện của ai đó; ai cũng được bỏ qua; sau giờ có thể nói chuyện với ai.',
          'Đoán (10 phút): chiếu từng tin trong phần Luyện tập; mỗi em tự quyết, rồi giơ tay.',
          'Chỉ ra (10 phút): dấu hiệu nằm ở chữ nào? Vì sao tin kia bình thường?',
          'Làm (5 phút): tập nói câu sẽ nói, và nói với ai.',
          'Kết (2 phút): nhắc lại 111 và những người lớn đáng tin ở trường.',
        ],
      },
      {
        title: 'Nên và không nên',
        items: [
          'Nhắc lại mười phút sau khoảng 7, 21 và 60 ngày.',
          'Không bấm giờ, không xếp hạng, không thưởng phạt.',
          'Không để học sinh đóng vai người dụ dỗ hay tống tiền.',
          'Không gọi ai là “nạn nhân”; ví dụ có cả bạn nam và bạn nữ.',
        ],
      },
      {
        title: 'Gắn với chương trình',
        items: [
          'Thông tư 02/2025/TT-BGDĐT, miền an toàn: 4.1 thiết bị, 4.2 dữ liệu và quyền riêng tư, 4.3 sức khỏe, 4.4 môi trường.',
          'Tin học (Thông tư 32/2018): lớp 6 tin nhắn và tài khoản lừa đảo; lớp 7 ứng xử và hỏi người lớn; lớp 11 các dạng lừa đảo.',
        ],
      },
      {
        title: 'Khi một em kể',
        items: [
          'Nghe, cảm ơn, nói “không phải lỗi của em”. Không hứa giữ bí mật; nói rõ sẽ báo cho ai và vì sao.',
          'Không xem, chép hay chuyển ảnh. Giữ nguyên cuộc trò chuyện.',
          'Báo người phụ trách bảo vệ trẻ em của trường và gọi 111. Hôm sau hỏi thăm lại.',
        ],
      },
    ],
  },
  en: {
    title: 'For teachers',
    about: 'A 30-minute lesson with eight messages, no accounts.',
    lead: 'The aim is not to suspect everybody but to tell harmful messages from harmless ones. Half of the examples are genuine.',
    parts: [
      {
        title: 'A lesson of 30 minutes',
        items: [
          'Begin (3 min): some examples may come close to home; anybody may skip; say whom they can talk to afterwards.',
          'Guess (10 min): show the messages of the practice one by one; everybody decides alone, then hands up.',
          'Point (10 min): in which words is the sign? Why is the other one fine?',
          'Do (5 min): practise the sentence to say, and to whom.',
          'End (2 min): repeat 111 and the trusted adults of your school.',
        ],
      },
      {
        title: 'Do and don’t',
        items: [
          'Repeat for ten minutes after about 7, 21 and 60 days.',
          'No timers, rankings or prizes.',
          'Do not let pupils play the person who lures or extorts.',
          'Call nobody a “victim”; mix genders in your examples.',
        ],
      },
      {
        title: 'In the curriculum',
        items: [
          'Circular 02/2025/TT-BGDĐT, safety domain: 4.1 devices, 4.2 data and privacy, 4.3 health and wellbeing, 4.4 environment.',
          'Tin học (Circular 32/2018): grade 6 scam messages and accounts; grade 7 netiquette and asking an adult; grade 11 kinds of scams.',
        ],
      },
      {
        title: 'When a pupil tells you',
        items: [
          'Listen, thank them, say “it is not your fault”. Do not promise secrecy; say whom you will tell and why.',
          'Do not look at, copy or pass on pictures. Keep the chat as it is.',
          'Tell your school’s child-protection person and call 111. Ask again the next day.',
        ],
      },
    ],
  },
};

export const about: Record<'vi' | 'en', Guide> = {
  vi: {
    title: 'Về Kề Bên',
    about: 'Phần mềm mã nguồn mở bảo vệ trẻ em và thanh thiếu niên trên mạng.',
    lead: 'Kề Bên là phần mềm mã nguồn mở để nền tảng, đường dây trợ giúp, cơ quan bảo vệ và trường học cùng bảo vệ người trẻ trên mạng.',
    parts: [
      {
        title: 'Chúng mình giữ gì, không giữ gì',
        items: [
          'Trang này không theo dõi, không quảng cáo, không gọi đến trang nào khác. Chỉ trang gia đình dùng một cookie, trong 30 phút, để nhận ra phụ huynh đã vào.',
          'Tin nhắn bạn kiểm tra không rời khỏi máy bạn.',
          'Điều bạn viết ẩn danh được khóa ngay trên máy bạn; máy chủ không đọc được và không ghi địa chỉ của bạn.',
          'Phần luyện tập chỉ đếm số câu đúng sai, không biết ai làm.',
        ],
      },
      {
        title: 'Độc lập',
        items: [
          'Kề Bên là phần mềm độc lập, không thuộc và không được bảo trợ bởi chiến dịch hay cơ quan nào.',
          'Các tổ chức hiện ở bản chạy thử là tổ chức mẫu. Đường dây thật là 111.',
          'Giấy phép Apache-2.0: ai cũng có thể dùng, xem và sửa.',
        ],
      },
    ],
  },
  en: {
    title: 'About Kề Bên',
    about: 'Open-source software that protects children and teenagers online.',
    lead: 'Kề Bên is open-source software with which platforms, helplines, authorities and schools protect young people online together.',
    parts: [
      {
        title: 'What is kept and what is not',
        items: [
          'This site has no tracking, no adverts, and calls no other site. Only the family page uses a cookie, for 30 minutes, to know a parent who came in.',
          'A message that you check does not leave your device.',
          'What you write without a name is locked on your device; the server cannot read it and notes no address.',
          'The practice counts right and wrong answers only, never who gave them.',
        ],
      },
      {
        title: 'Independent',
        items: [
          'Kề Bên is independent software, neither part of nor endorsed by any campaign or authority.',
          'The organisations in a trial installation are samples. The real helpline is 111.',
          'Licence Apache-2.0: anybody may use, read and change it.',
        ],
      },
    ],
  },
};
