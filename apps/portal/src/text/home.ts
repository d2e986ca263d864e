import type { LocalText } from './language.ts';

export const home = {
  vi: {
    title: 'Kề Bên – khi có chuyện làm bạn sợ trên mạng',
    about: 'Bị dọa, bị lừa, bị ép trên mạng: ba việc bạn có thể làm ngay, miễn phí và không cần tên.',
    h1: 'Có chuyện trên mạng làm bạn sợ?',
    lead: 'Đó không phải lỗi của bạn. Bạn chưa cần trả lời ai, chưa cần trả tiền. Hãy làm một trong ba việc này:',
    call: 'Gọi 111',
    callAbout: 'Miễn phí, 24 giờ mỗi ngày',
    write: 'Viết ẩn danh',
    writeAbout: 'Không cần tên, có người trả lời',
    check: 'Kiểm tra một tin nhắn',
    checkAbout: 'Ngay trên máy bạn, không gửi đi đâu',
    rule: 'Lúc nào cũng dùng được',
    rules: [
      ['Dừng', 'Chưa trả lời, chưa bấm, chưa chuyển gì.'],
      ['Kiểm tra', 'Hỏi lại bằng cách khác: gọi điện, gặp mặt.'],
      ['Kể', 'Với một người lớn bạn tin, hoặc 111.'],
    ],
    situations: 'Chuyện của bạn giống cái nào?',
    remove: 'Gỡ ảnh của mình',
    more: 'Xem thêm',
    tiles: [
      ['/remove/', 'Gỡ ảnh của mình', 'Tìm và chặn ảnh riêng tư mà không gửi ảnh cho ai.'],
      ['/quiz/', 'Luyện tập', 'Tám tin nhắn: tin nào đáng ngờ, tin nào bình thường?'],
      ['/learn/', 'Ba chiêu của kẻ xấu', 'Sợ hãi, lòng tin, điều khiển, và dấu hiệu của từng chiêu.'],
      ['/parents/', 'Cho phụ huynh', 'Con kể, bố mẹ nói gì?'],
      ['/teachers/', 'Cho thầy cô', 'Một tiết 30 phút, không cần tài khoản.'],
    ],
  },
  en: {
    title: 'Kề Bên – when something online frightens you',
    about: 'Threatened, tricked or pressed online: three things you can do now, free and without a name.',
    h1: 'Did something online frighten you?',
    lead: 'It is not your fault. You need not answer anybody and need not pay. Do one of these three things:',
    call: 'Call 111',
    callAbout: 'Free, 24 hours a day (Viet Nam)',
    write: 'Write without a name',
    writeAbout: 'No account; somebody answers',
    check: 'Check a message',
    checkAbout: 'On your device; it is sent nowhere',
    rule: 'It always works',
    rules: [
      ['Stop', 'Do not answer, tap or transfer yet.'],
      ['Check', 'Ask by another way: call, meet in person.'],
      ['Tell', 'An adult you trust, or 111.'],
    ],
    situations: 'Which one is like yours?',
    remove: 'Take my picture down',
    more: 'More',
    tiles: [
      ['/remove/', 'Take my picture down', 'Have a private picture stopped; it is sent to nobody.'],
      ['/quiz/', 'Practise', 'Eight messages: which are suspicious, which are fine?'],
      ['/learn/', 'Three tactics', 'Fear, trust, control, and the signs of each.'],
      ['/parents/', 'For parents', 'Your child tells you: what to say?'],
      ['/teachers/', 'For teachers', 'A lesson of 30 minutes, no accounts.'],
    ],
  },
} as const;

/** What somebody in trouble recognises first, and the next steps; no step needs money or a name. */
export const situations: { id: string; name: LocalText; steps: LocalText[]; pictures?: true }[] = [
  {
    id: 'picture',
    pictures: true,
    name: { vi: 'Có người dọa tung ảnh của mình', en: 'Somebody threatens to share my pictures' },
    steps: [
      {
        vi: 'Đừng trả tiền, đừng gửi thêm ảnh. Trả rồi họ thường đòi tiếp.',
        en: 'Do not pay and send no more pictures. Those who are paid usually ask again.',
      },
      {
        vi: 'Giữ bằng chứng: chụp lại tin nhắn và tên tài khoản. Rồi ngừng trả lời và chặn.',
        en: 'Keep proof: save the messages and the account name. Then stop answering and block.',
      },
      {
        vi: 'Kể với một người lớn bạn tin hoặc gọi 111. Người có lỗi là người dọa bạn.',
        en: 'Tell an adult you trust or call 111. The one at fault is the one who threatens.',
      },
    ],
  },
  {
    id: 'police',
    name: {
      vi: 'Người xưng công an bắt mình ở một mình hoặc chuyển tiền',
      en: 'A caller says they are police and orders me to be alone or pay',
    },
    steps: [
      {
        vi: 'Tắt máy ngay. Cơ quan thật không điều tra qua gọi video và không bắt bạn giấu gia đình.',
        en: 'Hang up now. Real authorities do not investigate by video call and never make you hide from your family.',
      },
      {
        vi: 'Ra chỗ có người. Gọi cho người thân bằng số bạn đã có.',
        en: 'Go where people are. Call your family on the number you already have.',
      },
      {
        vi: 'Chưa chuyển gì cả. Gọi 111 nếu bạn vẫn sợ.',
        en: 'Transfer nothing. Call 111 if you are still afraid.',
      },
    ],
  },
  {
    id: 'new-friend',
    name: {
      vi: 'Người quen trên mạng xin ảnh, đòi gặp hoặc bắt giữ bí mật',
      en: 'Somebody I know online wants pictures, a meeting or a secret',
    },
    steps: [
      {
        vi: 'Bạn được nói không, kể cả khi đã lỡ nói có. Không cần giải thích.',
        en: 'You may say no, even if you said yes before. You need not explain.',
      },
      {
        vi: 'Đừng đi gặp một mình, đừng sang ứng dụng khác.',
        en: 'Do not go to meet them alone, and do not move to another app.',
      },
      {
        vi: 'Bí mật bắt bạn giấu gia đình là bí mật nên kể. Kể với người lớn bạn tin hoặc 111.',
        en: 'A secret that hides you from your family is one to tell. Tell an adult you trust, or 111.',
      },
    ],
  },
  {
    id: 'money',
    name: { vi: 'Mình lỡ chuyển tiền hoặc đưa mã, mật khẩu', en: 'I sent money, a code or a password' },
    steps: [
      {
        vi: 'Dừng lại, không chuyển thêm để “lấy lại” số cũ.',
        en: 'Stop. Do not send more to "get it back".',
      },
      {
        vi: 'Nhờ người lớn gọi ngân hàng bằng số in trên thẻ. Đổi mật khẩu và bật xác thực hai lớp.',
        en: 'Ask an adult to call the bank on the number on the card. Change the password, turn on two-step sign-in.',
      },
      {
        vi: 'Giữ tin nhắn. Báo cuộc gọi lừa đảo tới 156, tin nhắn lừa đảo tới 5656.',
        en: 'Keep the messages. Report scam calls to 156 and scam texts to 5656.',
      },
    ],
  },
  {
    id: 'group',
    pictures: true,
    name: {
      vi: 'Cả nhóm công kích hoặc ghép ảnh mình',
      en: 'A group attacks me or made fake pictures of me',
    },
    steps: [
      {
        vi: 'Không cần đáp lại. Điều họ nói không phải là bạn.',
        en: 'You need not answer. What they say is not who you are.',
      },
      {
        vi: 'Lưu lại, báo cáo trong ứng dụng, rồi chặn hoặc rời nhóm.',
        en: 'Save it, report it in the app, then block or leave the group.',
      },
      {
        vi: 'Kể với thầy cô hoặc người nhà. Nếu bạn thấy không chịu nổi nữa, gọi 111 ngay bây giờ.',
        en: 'Tell a teacher or your family. If it feels too much to bear, call 111 now.',
      },
    ],
  },
  {
    id: 'far-job',
    name: {
      vi: 'Có người rủ đi làm xa, lo hết tiền xe',
      en: 'Somebody offers a job far away and pays the travel',
    },
    steps: [
      {
        vi: 'Chưa đi, chưa đưa giấy tờ cho ai.',
        en: 'Do not go yet and give nobody your papers.',
      },
      {
        vi: 'Việc thật có tên công ty, địa chỉ và hợp đồng để người lớn kiểm tra.',
        en: 'A real job has a company name, an address and a contract that an adult can check.',
      },
      {
        vi: 'Kể với gia đình. Nếu đang trên đường hoặc bị giữ, gọi 111 hay nhờ bất kỳ ai ở gần.',
        en: 'Tell your family. If you are on the way or held, call 111 or ask anybody nearby.',
      },
    ],
  },
  {
    id: 'friend',
    name: { vi: 'Mình lo cho một người bạn', en: 'I am worried about a friend' },
    steps: [
      { vi: 'Nghe bạn ấy. Nói: “Không phải lỗi của cậu.”', en: 'Listen. Say: "It is not your fault."' },
      {
        vi: 'Đừng chuyền ảnh hay tin nhắn cho ai khác, kể cả để hỏi ý kiến.',
        en: 'Do not pass pictures or messages on, not even to ask for advice.',
      },
      {
        vi: 'Cùng bạn ấy kể với người lớn, hoặc gọi 111 để hỏi thay bạn.',
        en: 'Go with them to an adult, or call 111 to ask on their behalf.',
      },
    ],
  },
];
