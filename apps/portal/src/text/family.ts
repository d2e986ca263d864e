/** Words of the page where a parent enters a code or comes back. */
export const family = {
  vi: {
    title: 'Trang gia đình',
    about:
      'Đồng hành với con trên một nền tảng dùng Kề Bên: bằng lời mời của con, không cần tên hay số điện thoại.',
    lead: 'Con làm một mã trên máy của con và đưa cho bạn. Bạn xem trước mỗi người sẽ thấy gì, rồi mới quyết định.',
    codeTitle: 'Tôi có mã của con',
    code: 'Mã (10 chữ và số)',
    codeHint: 'Mã dùng một lần, trong 24 giờ. Chữ hoa hay thường đều được.',
    open: 'Xem lời mời',
    keyTitle: 'Tôi đã có khóa gia đình',
    key: 'Khóa gia đình (16 số)',
    signIn: 'Vào trang gia đình',
    promisesTitle: 'Điều được giữ chắc',
    promises: [
      'Con phải đồng ý trên máy của con; mỗi bên dừng lúc nào cũng được, có hiệu lực ngay.',
      'Con thấy đúng những gì bạn thấy.',
      'Không ai thấy nội dung tin nhắn qua trang này.',
      'Không hỏi tên, số điện thoại hay thư điện tử. Khi bạn vào, trình duyệt giữ một cookie trong 30 phút, chỉ để nhận ra bạn trên trang gia đình.',
    ],
    guide: 'Khi con kể, bố mẹ nói gì?',
  },
  en: {
    title: 'Family page',
    about:
      'Be there for your child on a platform that uses Kề Bên: by your child’s invitation, without a name or number.',
    lead: 'Your child makes a code on their own device and gives it to you. You see first what each of you will see, and then decide.',
    codeTitle: 'I have a code from my child',
    code: 'Code (10 letters and digits)',
    codeHint: 'A code works once, within 24 hours. Capital or small letters are both fine.',
    open: 'See the invitation',
    keyTitle: 'I have a family key already',
    key: 'Family key (16 digits)',
    signIn: 'To the family page',
    promisesTitle: 'What holds',
    promises: [
      'Your child says yes on their own device; either of you can stop at any time, at once.',
      'Your child sees exactly what you see.',
      'Nobody sees the text of messages through this page.',
      'No name, telephone number or e-mail is asked for. While you are here the browser keeps a cookie for 30 minutes, only to know you on the family page.',
    ],
    guide: 'Your child tells you. What do you say?',
  },
} as const;
