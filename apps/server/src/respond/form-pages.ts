import type { ThreadState } from './receive-anonymous-report.ts';

type Lang = 'vi' | 'en';

const words = {
  vi: {
    home: '/',
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
    exit: 'Thoát trang này',
    states: {
      received: 'Đã nhận, đang chờ người đọc.',
      reading: 'Đã có người đọc.',
      answered: 'Đã có câu trả lời.',
      closed: 'Cuộc trò chuyện đã khép; bạn viết thêm thì nó mở lại.',
    },
  },
  en: {
    home: '/en/',
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
    exit: 'Leave this page',
    states: {
      received: 'Received, waiting for somebody to read it.',
      reading: 'Somebody has read it.',
      answered: 'There is an answer.',
      closed: 'The conversation is closed; it opens again when you write.',
    },
  },
} as const;

/** Style of the pages for people without JavaScript; served from our own origin since the CSP allows no inline style. */
export const formStyle = `
:root{color-scheme:light}
body{margin:0;background:#fbfaf7;color:#16302f;font:1rem/1.6 'Be Vietnam Pro',system-ui,sans-serif}
header{background:#084c4c;color:#fff;padding:12px 16px;display:flex;justify-content:space-between;gap:12px;align-items:center}
header a{color:#fff}
main{max-width:640px;margin:0 auto;padding:24px 16px}
h1{font-size:1.5rem;line-height:1.3}
.receipt{font-size:1.75rem;font-weight:700;letter-spacing:.06em;background:#e3f3f1;border-radius:12px;padding:16px;text-align:center;overflow-wrap:anywhere}
.danger{border-left:6px solid #b3261e;background:#fff;padding:12px 16px;border-radius:12px}
.message{background:#fff;border:1px solid #cfe0de;border-radius:12px;padding:12px 16px;margin:12px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.message.organisation{background:#e3f3f1}
.message b{display:block}
label{display:block;font-weight:600;margin-top:16px}
input,textarea{width:100%;box-sizing:border-box;font:inherit;padding:12px;border:1px solid #5f7a78;border-radius:12px;min-height:44px;background:#fff;color:inherit}
button{margin-top:16px;min-height:48px;padding:0 24px;border:0;border-radius:12px;background:#0b6e6e;color:#fff;font:inherit;font-weight:600}
a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible{outline:3px solid #f2a33a;outline-offset:2px}
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
  const t = words[lang];
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${title} · Kề Bên</title><link rel="stylesheet" href="/v1/anonymous/form.css"></head>
<body><header><a href="${t.home}">Kề Bên</a><a href="https://www.google.com/" rel="noreferrer">${t.exit}</a></header><main><h1>${title}</h1>${body}</main></body></html>`;
}

function escapeHtml(text: string): string {
  const marks: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
}
