/** Pages that the server writes itself, for forms that must work without JavaScript. */
export type PageLang = 'vi' | 'en';

const frame = {
  vi: { home: '/', exit: 'Thoát trang này' },
  en: { home: '/en/', exit: 'Leave this page' },
} as const;

/** Style of these pages; served from our own origin since the CSP allows no inline style. */
export const plainStyle = `
:root{color-scheme:light}
body{margin:0;background:#fbfaf7;color:#16302f;font:1rem/1.6 'Be Vietnam Pro',system-ui,sans-serif}
header{background:#084c4c;color:#fff;padding:12px 16px;display:flex;justify-content:space-between;gap:12px;align-items:center}
header a{color:#fff}
main{max-width:640px;margin:0 auto;padding:24px 16px}
h1{font-size:1.5rem;line-height:1.3}
.receipt{font-size:1.75rem;font-weight:700;letter-spacing:.06em;background:#e3f3f1;border-radius:12px;padding:16px;text-align:center;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin-top:16px}
input,textarea{width:100%;box-sizing:border-box;font:inherit;padding:12px;border:1px solid #5f7a78;border-radius:12px;min-height:44px;background:#fff;color:inherit}
button{margin-top:16px;min-height:48px;padding:0 24px;border:0;border-radius:12px;background:#0b6e6e;color:#fff;font:inherit;font-weight:600}
a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible{outline:3px solid #f2a33a;outline-offset:2px}
`;

/** A whole page; `body` is HTML and must be escaped already, `title` is plain text. */
export function plainPage(lang: PageLang, title: string, style: string, body: string): string {
  const { home, exit } = frame[lang];
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)} · Kề Bên</title><link rel="stylesheet" href="${style}"></head>
<body><header><a href="${home}">Kề Bên</a><a href="https://www.google.com/" rel="noreferrer">${exit}</a></header><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}

/** Text made safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  const marks: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
}
