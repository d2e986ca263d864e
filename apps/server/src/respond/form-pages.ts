import { escapeHtml, type PageLang as Lang, plainPage, plainStyle } from '../base/plain-page.ts';
import type { ThreadState } from './receive-anonymous-report.ts';

const words = {
  vi: {
    help: '/help/',
    receiptTitle: 'Đã gửi. Đây là mã nhận của bạn',
    receiptAbout:
      'Ghi lại 16 số này ở nơi chỉ bạn biết. Chỉ có mã này mới mở được câu trả lời; chúng mình không có bản sao.',
    threadTitle: 'Cuộc trò chuyện của bạn',
    open: 'Xem câu trả lời',
    receipt: 'Mã nhận (16 số)',
    write: 'Viết thêm',
    send: 'Gửi',
    you: 'Bạn',
    them: 'Người hỗ trợ',
    danger: 'Nếu đang nguy hiểm, gọi 111 (miễn phí, 24 giờ mỗi ngày).',
    back: 'Về trang đầu',
    problemTitle: 'Chưa được',
    empty: 'Bạn chưa viết gì. Quay lại và viết vài chữ, ngắn cũng được.',
    wrongReceipt: 'Không thấy mã này. Hãy xem lại đủ 16 số rồi thử lại.',
    states: {
      received: 'Đã nhận, đang chờ người đọc.',
      reading: 'Đã có người đọc.',
      answered: 'Đã có câu trả lời.',
      closed: 'Cuộc trò chuyện đã khép; bạn viết thêm thì nó mở lại.',
    },
  },
  en: {
    help: '/en/help/',
    receiptTitle: 'Sent. This is your receipt',
    receiptAbout:
      'Write these 16 digits down where only you can find them. Nothing else opens the answer; we keep no copy.',
    threadTitle: 'Your conversation',
    open: 'See the answer',
    receipt: 'Receipt (16 digits)',
    write: 'Write more',
    send: 'Send',
    you: 'You',
    them: 'Helper',
    danger: 'If you are in danger now, call 111 (free, 24 hours a day).',
    back: 'To the start page',
    problemTitle: 'Not yet',
    empty: 'You have not written anything. Go back and write a few words, short is fine.',
    wrongReceipt: 'This receipt was not found. Check all 16 digits and try again.',
    states: {
      received: 'Received, waiting for somebody to read it.',
      reading: 'Somebody has read it.',
      answered: 'There is an answer.',
      closed: 'The conversation is closed; it opens again when you write.',
    },
  },
} as const;

/** Style of the pages for people without JavaScript. */
export const formStyle = `${plainStyle}
.danger{border-left:6px solid #b3261e;background:#fff;padding:12px 16px;border-radius:12px}
.message{background:#fff;border:1px solid #cfe0de;border-radius:12px;padding:12px 16px;margin:12px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.message.organisation{background:#e3f3f1}
.message b{display:block}
`;

export function pageOfReceipt(lang: Lang, receipt: string): string {
  const t = words[lang];
  return page(
    lang,
    t.receiptTitle,
    `<p class="receipt" id="receipt">${receipt.replace(/(\d{4})(?=\d)/g, '$1 ')}</p><p>${t.receiptAbout}</p>
<p class="danger">${t.danger}</p>${threadForm(lang, receipt, false)}`,
  );
}

export function pageOfThread(
  lang: Lang,
  receipt: string,
  state: ThreadState,
  messages: { at: Date; from: 'reporter' | 'organisation'; text: string }[],
): string {
  const t = words[lang];
  const list = messages
    .map(
      ({ from, text }) =>
        `<div class="message ${from}"><b>${from === 'reporter' ? t.you : t.them}</b>${escapeHtml(text)}</div>`,
    )
    .join('');
  return page(
    lang,
    t.threadTitle,
    `<p role="status">${t.states[state]}</p>${list}${threadForm(lang, receipt, true)}`,
  );
}

export function pageOfProblem(lang: Lang, problem: 'empty' | 'receipt'): string {
  const t = words[lang];
  return page(
    lang,
    t.problemTitle,
    `<p role="alert">${problem === 'empty' ? t.empty : t.wrongReceipt}</p><p class="danger">${t.danger}</p><p><a href="${t.help}">${t.back}</a></p>`,
  );
}

function threadForm(lang: Lang, receipt: string, write: boolean): string {
  const t = words[lang];
  return `<form method="post" action="/v1/anonymous/form/thread"><input type="hidden" name="lang" value="${lang}">
<input type="hidden" name="receipt" value="${escapeHtml(receipt)}">
${write ? `<label for="text">${t.write}</label><textarea id="text" name="text" rows="5" maxlength="6000"></textarea>` : ''}
<button type="submit">${write ? t.send : t.open}</button></form>`;
}

function page(lang: Lang, title: string, body: string): string {
  return plainPage(lang, title, '/v1/anonymous/form.css', body);
}
