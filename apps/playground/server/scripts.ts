/** The scripted cast. All lines are written for this demonstration; nobody here exists. */
export interface LocalText {
  vi: string;
  en: string;
}
type AgeBand = '13-15' | '16-17' | 'adult' | 'unknown';

export interface Person {
  name: LocalText;
  ageBand: AgeBand;
  about: LocalText;
}

export type Step =
  | { do: 'request' }
  | { do: 'accept' }
  | { do: 'say'; from: 'young' | 'other'; text: LocalText };

export interface Script {
  id: string;
  title: LocalText;
  about: LocalText;
  young: Person;
  other: Person;
  steps: Step[];
}

const may: Person = {
  name: { vi: 'Mây', en: 'Mây' },
  ageBand: '13-15',
  about: { vi: '13 tuổi, thích vẽ', en: '13, likes drawing' },
};
const gio: Person = {
  name: { vi: 'Gió', en: 'Gió' },
  ageBand: '16-17',
  about: { vi: '16 tuổi, anh của Mây', en: '16, Mây’s brother' },
};

const other = (vi: string, en: string): Step => ({ do: 'say', from: 'other', text: { vi, en } });
const young = (vi: string, en: string): Step => ({ do: 'say', from: 'young', text: { vi, en } });
const opening: Step[] = [{ do: 'request' }, { do: 'accept' }];

export const scripts: Script[] = [
  {
    id: 'too-close',
    title: { vi: 'Người lạ thân quá nhanh', en: 'The stranger who becomes too close' },
    about: {
      vi: 'Bốn bước: làm quen, thân nhanh, dò hỏi, rồi đòi bí mật và ảnh.',
      en: 'Four stages: meeting, closeness, probing, then secrecy and a picture.',
    },
    young: may,
    other: {
      name: { vi: 'Anh Lá', en: 'Lá' },
      ageBand: 'adult',
      about: { vi: 'Tài khoản mới, chưa quen', en: 'New account, unknown' },
    },
    steps: [
      ...opening,
      other(
        'Chào em, anh thấy tranh em đăng ở nhóm vẽ, đẹp lắm',
        'Hi, I saw your drawings in the art group, lovely',
      ),
      young('Dạ em cảm ơn ạ', 'Thank you'),
      other('Em bao nhiêu tuổi rồi?', 'How old are you?'),
      young('Em 13 ạ', 'I’m 13'),
      other('Em chín chắn hơn các bạn cùng tuổi nhiều', 'You are so mature for your age'),
      other(
        'Không ai hiểu em như anh đâu, anh tặng em bộ màu nhé',
        'Nobody understands you like I do, I’ll buy you a present, a paint set',
      ),
      young('Ơ, thật ạ', 'Oh, really?'),
      other('Em đang ở nhà một mình à?', 'Are you home alone now?'),
      young('Mẹ em đi chợ rồi', 'Mum is at the market'),
      other(
        'Chuyện của mình là bí mật nhé, đừng kể với bố mẹ',
        'This is our little secret, don’t tell your parents',
      ),
      other('Qua Telegram nói chuyện đi, ở đây không riêng tư', 'Let’s talk on Telegram, it’s private there'),
      other('Gửi anh tấm ảnh của em, chỉ mình anh xem thôi', 'Send me a picture, only for me'),
    ],
  },
  {
    id: 'sextortion',
    title: { vi: 'Bị dọa tung ảnh', en: 'Threatened with a picture' },
    about: {
      vi: 'Giả làm bạn, xin ảnh, rồi dọa và đòi tiền.',
      en: 'Plays a friend, wants a picture, then threatens and asks for money.',
    },
    young: may,
    other: {
      name: { vi: 'Bạn Mới', en: 'New Friend' },
      ageBand: 'unknown',
      about: { vi: 'Không rõ tuổi', en: 'Age not known' },
    },
    steps: [
      ...opening,
      other('Hi bạn, mình cũng học lớp 8 nè', 'Hi, I’m in grade 8 too'),
      young('Chào bạn', 'Hi'),
      other(
        'Mình thích bạn thật lòng đó, làm người yêu mình nha',
        'I think I’m falling for you, be my girlfriend?',
      ),
      young('Mình chưa biết nữa', 'I don’t know yet'),
      other('Bạn tin mình không? Gửi mình tấm ảnh riêng tư đi', 'Do you trust me? Send me a private photo'),
      young('Thôi mình không gửi đâu', 'No, I won’t'),
      other(
        'Tao quay màn hình lại hết rồi, tao có danh sách bạn bè của mày',
        'I recorded everything, I have your friend list',
      ),
      other('Tao sẽ tung ảnh cho cả trường xem', 'I will post your pictures for the whole school'),
      other('Chuyển 500k trong 30 phút không thì tao đăng', 'Pay 500k in 30 minutes or I post them'),
    ],
  },
  {
    id: 'easy-job',
    title: { vi: 'Việc nhẹ lương cao', en: 'Easy job, high pay' },
    about: {
      vi: 'Lời mời làm việc quá tốt, ở xa và phải giữ kín.',
      en: 'A job that is too good, far away and to be kept quiet.',
    },
    young: gio,
    other: {
      name: { vi: 'Chị Tuyển Dụng', en: 'Recruiter' },
      ageBand: 'adult',
      about: { vi: 'Tài khoản mới', en: 'New account' },
    },
    steps: [
      ...opening,
      other(
        'Em có muốn việc nhẹ lương cao không, tháng 25 triệu, không cần bằng cấp',
        'Easy job, high pay, 25 million a month, no experience needed',
      ),
      young('Việc gì vậy chị?', 'What job is it?'),
      other(
        'Chỉ cần đánh máy, bao ăn ở, nhận cả bạn 16 tuổi',
        'Only typing, food and room are free, 16 is fine',
      ),
      young('Làm ở đâu ạ?', 'Where is it?'),
      other(
        'Làm bên kia biên giới, xe đón tận nhà, không mất đồng nào',
        'It is across the border, a car will pick you up, you pay nothing',
      ),
      other(
        'Đừng nói với gia đình vội, cứ bảo là đi chơi với bạn',
        'Don’t tell your family yet, just say you are on a trip with friends',
      ),
      other(
        'Chụp căn cước hai mặt gửi chị, xe chờ em tối nay',
        'Send me your ID card, both sides, the car leaves tonight',
      ),
    ],
  },
  {
    id: 'fake-police',
    title: { vi: '“Công an” gọi video', en: 'The “police” on video' },
    about: {
      vi: 'Dọa bắt, bắt giữ bí mật, rồi đòi chuyển tiền.',
      en: 'Threatens arrest, orders secrecy, then wants money.',
    },
    young: gio,
    other: {
      name: { vi: 'Cán bộ Minh', en: 'Officer Minh' },
      ageBand: 'adult',
      about: { vi: 'Tự xưng cán bộ', en: 'Says to be an officer' },
    },
    steps: [
      ...opening,
      other(
        'Tôi là cán bộ công an, căn cước của bạn dính vào đường dây rửa tiền',
        'This is the police, your ID is linked to a laundering case',
      ),
      young('Em có làm gì đâu ạ', 'I did nothing'),
      other(
        'Lệnh bắt đã ký rồi, không hợp tác là bắt tạm giam',
        'The arrest warrant is signed, if you refuse you will be arrested',
      ),
      young('Em phải làm sao ạ?', 'What should I do?'),
      other(
        'Vụ án tuyệt mật, không được kể với ai, kể cả bố mẹ',
        'The case is confidential, do not tell anyone, not even your parents',
      ),
      other(
        'Thuê phòng khách sạn, khóa cửa, không được cúp máy',
        'Go to a hotel room, lock the door, don’t hang up',
      ),
      other(
        'Chuyển tiền vào tài khoản an toàn này để chứng minh trong sạch',
        'Transfer the money to this safe account to prove you are clean',
      ),
    ],
  },
  {
    id: 'otp-thief',
    title: { vi: 'Cho mình xin mã', en: 'Give me the code' },
    about: {
      vi: 'Nick giả của người quen xin mã OTP.',
      en: 'A fake account of somebody known asks for a one-time code.',
    },
    young: may,
    other: {
      name: { vi: 'Thảo (nick mới)', en: 'Thảo (new account)' },
      ageBand: 'unknown',
      about: { vi: 'Nói là bạn cũ', en: 'Says to be an old friend' },
    },
    steps: [
      ...opening,
      other(
        'Mình là Thảo nè, nick cũ bị khóa, giúp mình với',
        'It’s Thảo, my old account got locked, help me please',
      ),
      young('Ủa sao vậy?', 'What happened?'),
      other(
        'Bấm vào link này đăng nhập bình chọn cho mình nhé',
        'Click here and log in with this link to vote for me',
      ),
      young('Mình sợ lắm', 'I’m not sure'),
      other(
        'Có mã 6 số vừa gửi về máy bạn, đọc cho mình với',
        'A six digit code just came to your phone, tell me',
      ),
      other('Gửi mã OTP nhanh lên kẻo hết hạn', 'Send me the OTP fast before it expires'),
    ],
  },
  {
    id: 'new-friend',
    title: { vi: 'Bạn mới (vô hại)', en: 'A new friend (harmless)' },
    about: {
      vi: 'Một bạn cùng lớp vẽ. Không tin nào bị giữ.',
      en: 'Somebody from art class. Nothing is held.',
    },
    young: may,
    other: {
      name: { vi: 'Nắng', en: 'Nắng' },
      ageBand: '13-15',
      about: { vi: '13 tuổi, cùng lớp vẽ', en: '13, same art class' },
    },
    steps: [
      ...opening,
      other('Chào Mây, mình học chung lớp vẽ thứ bảy nè', 'Hi Mây, we’re in the Saturday art class together'),
      young('À nhớ rồi, bạn ngồi cạnh cửa sổ', 'Oh yes, you sit by the window'),
      other('Bài màu nước hôm qua bạn vẽ đẹp ghê', 'Your watercolour yesterday was great'),
      young('Cảm ơn nha, mình vẽ hai tiếng đó', 'Thanks, it took me two hours'),
      other(
        'Gửi mình ảnh bài tập tuần này với, mình nghỉ ốm',
        'Send me a photo of this week’s homework please, I was ill',
      ),
      young('Ok để mình chụp', 'Ok, one moment'),
      other('Thứ bảy nhớ mang giấy nha, cô dặn đó', 'Remember paper on Saturday, the teacher said so'),
      young('Ừ mai gặp nhé', 'Sure, see you'),
    ],
  },
];
