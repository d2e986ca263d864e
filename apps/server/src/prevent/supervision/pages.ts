import { escapeHtml, type PageLang, plainPage, plainStyle } from '../../base/plain-page.ts';
import { pageTexts } from './page-texts.ts';

export type Lang = PageLang;
type Words = (typeof pageTexts)['vi'];

/** Style of the parents' pages. */
export const familyStyle = `${plainStyle}
main{max-width:720px}
h2{font-size:1.25rem;line-height:1.3;margin:32px 0 8px}
h3{font-size:1.125rem;line-height:1.4;margin:24px 0 4px}
section.account h2{margin-top:16px}
section.account{background:#fff;border:1px solid #cfe0de;border-radius:16px;padding:8px 20px 24px;margin:24px 0}
.about{color:#47605f;margin:4px 0}
.note{background:#e3f3f1;border-radius:12px;padding:12px 16px}
.help{border-left:6px solid #0b6e6e;background:#fff;padding:12px 16px;border-radius:12px;margin-top:32px}
ul{padding-left:20px}
.cards{list-style:none;padding:0;margin:0}
.cards>li{border:1px solid #cfe0de;border-radius:12px;padding:12px 16px;margin:12px 0}
.row{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center}
.row button,.row a.quiet{margin-top:8px}
.group{border-top:1px solid #cfe0de}
.value{font-weight:600}
button.quiet,a.quiet{background:#fff;color:#084c4c;border:1px solid #0b6e6e}
button.danger{background:#b3261e}
a.quiet{display:inline-flex;align-items:center;min-height:48px;padding:0 24px;border-radius:12px;font-weight:600;text-decoration:none;margin-top:16px;box-sizing:border-box}
summary{cursor:pointer;min-height:44px;display:flex;align-items:center;font-weight:600;color:#084c4c}
summary::before{content:'+';font-size:1.25rem;width:1.25em}
details[open]>summary::before{content:'–'}
summary:focus-visible,select:focus-visible{outline:3px solid #f2a33a;outline-offset:2px}
select{width:100%;font:inherit;padding:10px 12px;border:1px solid #5f7a78;border-radius:12px;min-height:48px;background:#fff;color:inherit}
input.code{font-size:1.25rem;letter-spacing:.08em}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:8px 12px 8px 0;border-bottom:1px solid #cfe0de}
.contacts li{overflow-wrap:anywhere}
`;

/** A text with its values put in, escaped. */
export function fill(text: string, values: Record<string, string> = {}): string {
  return escapeHtml(text).replace(/\{\{(\w+)\}\}/g, (_, name: string) => escapeHtml(values[name] ?? ''));
}

/** A form that posts back to the parents' routes. */
export function form(lang: Lang, action: string, inner: string, hidden: Record<string, string> = {}): string {
  const fields = Object.entries({ lang, ...hidden })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('');
  return `<form method="post" action="/v1/family/${action}" autocomplete="off">${fields}${inner}</form>`;
}

export const button = (text: string, more = '') =>
  `<button type="submit" ${more}>${escapeHtml(text)}</button>`;

export function familyPage(lang: Lang, title: string, body: string): string {
  const t = pageTexts[lang];
  return plainPage(lang, title, '/v1/family/style.css', `${body}<p class="help">${escapeHtml(t.help)}</p>`);
}

const list = (items: string[]) => `<ul>${items.map((one) => `<li>${escapeHtml(one)}</li>`).join('')}</ul>`;

/** What each side will see, before anything is accepted. */
export function pageOfOffer(
  lang: Lang,
  offer: { code: string; platform: string; parent: string; signedIn: boolean },
): string {
  const t: Words = pageTexts[lang] as Words;
  const key = offer.signedIn
    ? ''
    : `<label for="key">${escapeHtml(t.haveKey)}</label><input id="key" name="key" inputmode="numeric" maxlength="24">`;
  return familyPage(
    lang,
    t.offerTitle,
    `<p>${fill(t.offerFrom, { platform: offer.platform })}. ${fill(t.offerAs, { parent: offer.parent })}</p>
<h2>${escapeHtml(t.youSee)}</h2>${list(t.youSeeList)}<p class="note">${escapeHtml(t.youDoNotSee)}</p>
<h2>${escapeHtml(t.childSees)}</h2>${list(t.childSeesList)}
<p>${escapeHtml(t.noName)}</p>${form(lang, 'accept', `${key}<div class="row">${button(t.accept, 'id="accept"')}<a class="quiet" href="${t.portal}">${escapeHtml(t.notNow)}</a></div>`, { code: offer.code })}`,
  );
}

/** The family key, this once. */
export function pageOfKey(lang: Lang, key: string): string {
  const t = pageTexts[lang];
  return familyPage(
    lang,
    t.keyTitle,
    `<p class="receipt" id="family-key">${key.replace(/(\d{4})(?=\d)/g, '$1 ')}</p><p>${escapeHtml(t.keyAbout)}</p>
<p class="note">${escapeHtml(t.keyNext)}</p><a class="quiet" id="continue" href="/v1/family/?lang=${lang}">${escapeHtml(t.keyDone)}</a>`,
  );
}

export function pageOfProblem(
  lang: Lang,
  problem: 'wrongCode' | 'wrongKey' | 'changed' | 'locked' | 'tooMany',
  back: string,
): string {
  const t = pageTexts[lang];
  return familyPage(
    lang,
    t.problemTitle,
    `<p role="alert">${escapeHtml(t[problem])}</p><a class="quiet" href="${back}">${escapeHtml(t.back)}</a>`,
  );
}
