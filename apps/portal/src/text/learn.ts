export const tactics = ['fear', 'trust', 'control'] as const;
export type Tactic = (typeof tactics)[number];

export const learn = {
  vi: {
    title: 'Ba chiêu của kẻ xấu',
    about: 'Sợ hãi, lòng tin, điều khiển: nhận ra dấu hiệu và biết làm gì.',
    lead: 'Người muốn làm hại bạn trên mạng thường dùng ba cách. Biết cách, bạn nhận ra sớm hơn.',
    genuine:
      'Nhớ rằng đa số tin nhắn là bình thường. Một dấu hiệu chưa đủ để kết luận: hãy xem ai gửi và họ muốn gì.',
    tactic: {
      fear: { name: 'Làm bạn sợ', about: 'Dọa, giục, xưng là cơ quan chức năng để bạn không kịp nghĩ.' },
      trust: { name: 'Lấy lòng tin', about: 'Thân quá nhanh, quà, việc tốt quá mức để bạn lơi cảnh giác.' },
      control: {
        name: 'Điều khiển bạn',
        about: 'Bắt giữ bí mật, tách bạn khỏi người thân, bảo bạn làm từng việc.',
      },
    },
    signs: 'dấu hiệu',
    see: 'Xem các dấu hiệu',
    todo: 'Làm gì',
    back: 'Cả ba chiêu',
    practise: 'Luyện tập với tám tin nhắn',
    rules: 'Ba điều luôn đúng',
    rule: [
      'Dừng: chưa trả lời, chưa bấm, chưa chuyển gì.',
      'Kiểm tra qua kênh khác: gọi điện, gặp mặt, tự mở trang chính thức.',
      'Kể với một người lớn bạn tin, hoặc gọi 111.',
    ],
  },
  en: {
    title: 'Three tactics',
    about: 'Fear, trust, control: see the signs and know what to do.',
    lead: 'People who want to harm you online mostly work in three ways. Who knows them sees them sooner.',
    genuine:
      'Remember that most messages are fine. One sign is not enough: look at who sent it and what they want.',
    tactic: {
      fear: {
        name: 'They frighten you',
        about: 'Threats, hurry and false officials, so that you have no time to think.',
      },
      trust: {
        name: 'They win your trust',
        about: 'Close too soon, gifts and offers too good, so that you lower your guard.',
      },
      control: {
        name: 'They control you',
        about: 'Secrets, distance from your family, orders step by step.',
      },
    },
    signs: 'signs',
    see: 'See the signs',
    todo: 'What to do',
    back: 'All three tactics',
    practise: 'Practise with eight messages',
    rules: 'Three things that always hold',
    rule: [
      'Stop: do not answer, tap or send anything yet.',
      'Check by another channel: call, meet, open the official site yourself.',
      'Tell an adult you trust, or call 111.',
    ],
  },
} as const;
