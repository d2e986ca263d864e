import { escapeHtml } from '../../base/plain-page.ts';
import { catalogue, type Definition } from '../catalogue.ts';
import { needsBoth } from '../settings.ts';
import { pageTexts, stepTexts } from './page-texts.ts';
import { button, familyPage, fill, form, type Lang } from './pages.ts';
import { offered, sayValue } from './value-words.ts';
import type { SupervisionView, Supervisor } from './view.ts';

/** One connected account with the name of its platform. */
export interface Connection {
  supervisor: Supervisor;
  platform: string;
}

/** Everything that one family key opens. */
export function pageOfHome(lang: Lang, connections: Connection[]): string {
  const t = pageTexts[lang];
  const accounts = connections.map((one) => account(lang, one)).join('');
  return familyPage(
    lang,
    t.homeTitle,
    `${accounts || `<p>${escapeHtml(t.homeEmpty)}</p>`}
<div class="row"><a class="quiet" href="${t.portal}">${escapeHtml(t.addCode)}</a>${form(lang, 'sign-out', button(t.signOut, 'class="quiet" id="sign-out"'))}</div>`,
  );
}

function account(lang: Lang, { supervisor, platform }: Connection): string {
  const t = pageTexts[lang];
  const { id, number, young, label, state, view } = supervisor;
  const name = young === null ? fill(t.someone, { number }) : escapeHtml(young);
  const head = `<h2>${name} <small>${fill(t.on, { platform })}</small></h2>`;
  const wrap = (inner: string) => `<section class="account" data-state="${state}">${head}${inner}</section>`;
  if (state === 'over') return wrap(`<p>${escapeHtml(t.over)}</p>`);
  const about = `<p class="about">${fill(t.asLabel, { label })} · ${number}</p>`;
  if (view === null) {
    return wrap(
      `${about}<p role="status">${fill(t.waiting, { until: when(supervisor.expiresAt ?? '', lang) })}</p>${end(lang, id)}`,
    );
  }
  return wrap(
    `${about}<p class="note">${escapeHtml(t.same)}</p>${wishes(lang, id, view)}${time(lang, view)}${contacts(lang, view)}
<h3>${escapeHtml(t.settings)}</h3>${settings(lang, id, view)}${publishing(lang, id, view)}${history(lang, view)}${end(lang, id)}`,
  );
}

function wishes(lang: Lang, id: string, view: SupervisionView): string {
  const t = pageTexts[lang];
  if (view.wishes.length === 0) return `<h3>${escapeHtml(t.wishes)}</h3><p>${escapeHtml(t.noWishes)}</p>`;
  const items = view.wishes.map(({ setting, name, reason, now, wish }) => {
    const definition = catalogue.get(setting) as Definition;
    const hidden = { setting, value: String(wish) };
    const both = needsBoth(definition, view.ageBand)
      ? `<p class="about">${escapeHtml(t.bothNeeded)}</p>`
      : '';
    const values = { now: sayValue(definition, now, lang), wish: sayValue(definition, wish, lang) };
    return `<li data-wish="${setting}"><strong>${escapeHtml(name[lang])}</strong><p>${fill(t.wishFromTo, values)}</p>
<p class="about">${escapeHtml(reason[lang])}</p>${both}<div class="row">${form(lang, `${id}/wish`, button(t.approve), { ...hidden, answer: 'approve' })}${form(lang, `${id}/wish`, button(t.refuse, 'class="quiet"'), { ...hidden, answer: 'refuse' })}</div></li>`;
  });
  return `<h3>${escapeHtml(t.wishes)}</h3><ul class="cards">${items.join('')}</ul>`;
}

function time(lang: Lang, view: SupervisionView): string {
  const t = pageTexts[lang];
  if (view.time.length === 0) return `<h3>${escapeHtml(t.time)}</h3><p>${escapeHtml(t.noTime)}</p>`;
  const minutes = (n: number) => fill(t.minutes, { n: String(n) });
  const lines = view.time
    .map(
      ({ day, minutes: app, games }) =>
        `<tr><th scope="row">${date(day, lang)}</th><td>${minutes(app)}</td><td>${games.map((game) => `${escapeHtml(game.name)}: ${minutes(game.minutes)}`).join('<br>')}</td></tr>`,
    )
    .join('');
  return `<h3>${escapeHtml(t.time)}</h3><table><thead><tr><th scope="col">${escapeHtml(t.day)}</th><th scope="col">${escapeHtml(t.app)}</th><th scope="col">${escapeHtml(t.games)}</th></tr></thead><tbody>${lines}</tbody></table>`;
}

function contacts(lang: Lang, view: SupervisionView): string {
  const t = pageTexts[lang];
  const lines = view.contacts.map(
    ({ account: other, ageGroup, since }) =>
      `<li><code>${escapeHtml(other)}</code> · ${escapeHtml(t[ageGroup])} · ${date(since.slice(0, 10), lang)}</li>`,
  );
  return `<h3>${escapeHtml(t.contacts)}</h3>${lines.length === 0 ? `<p>${escapeHtml(t.noContacts)}</p>` : `<ul class="contacts">${lines.join('')}</ul>`}`;
}

function settings(lang: Lang, id: string, view: SupervisionView): string {
  const t = pageTexts[lang];
  const locked = { nobody: t.lockedByNobody, parent: t.lockedByParent, self: t.lockedBySelf };
  const from = { default: t.defaultValue, parent: t.yours, self: t.childs };
  const items = Object.entries(view.settings).map(([setting, one]) => {
    const definition = catalogue.get(setting) as Definition;
    const decided = view.decisions[setting];
    const options = offered(definition, view.ageBand)
      .map(
        ({ value, looser }) =>
          `<option value="${escapeHtml(String(value))}"${value === decided ? ' selected' : ''}>${escapeHtml(sayValue(definition, value, lang))}${looser ? ` (${escapeHtml(t.looser)})` : ''}</option>`,
      )
      .join('');
    const both = needsBoth(definition, view.ageBand)
      ? `<p class="about">${escapeHtml(t.bothNeeded)}</p>`
      : '';
    const waits =
      decided !== undefined && decided !== one.value && both !== ''
        ? `<p class="note">${escapeHtml(t.waitsForChild)}</p>`
        : '';
    const choose = `<details><summary>${escapeHtml(t.change)}</summary><p class="about">${escapeHtml(locked[one.lockedBy])}</p>${both}${form(
      lang,
      `${id}/decide`,
      `<label for="${id}-${setting}">${escapeHtml(t.choose)}: ${escapeHtml(one.name[lang])}</label><select id="${id}-${setting}" name="value"><option value="">${escapeHtml(t.takeBack)}</option>${options}</select>${button(t.save)}`,
      { setting },
    )}</details>`;
    const html = `<li data-setting="${setting}"><strong>${escapeHtml(one.name[lang])}</strong>: <span class="value">${escapeHtml(sayValue(definition, one.value, lang))}</span> <span class="about">(${escapeHtml(from[one.from])})</span>
<p class="about">${escapeHtml(one.reason[lang])}</p>${waits}${options === '' ? '' : choose}</li>`;
    return { subject: definition.subject, html };
  });
  const subjects = Object.entries(t.subjects).map(([subject, name]) => {
    const own = items.filter((one) => one.subject === subject);
    return `<details class="group" data-subject="${subject}"><summary>${escapeHtml(name)} (${own.length})</summary><ul class="cards">${own.map(({ html }) => html).join('')}</ul></details>`;
  });
  return subjects.join('');
}

function publishing(lang: Lang, id: string, { publishing: now }: SupervisionView): string {
  const t = pageTexts[lang];
  const say = (given: boolean | null) => escapeHtml(given === true ? t.yes : t.no);
  return `<h3>${escapeHtml(t.publishing)}</h3><p class="about">${escapeHtml(t.publishingAbout)}</p>
<p>${escapeHtml(t.you)}: <strong>${say(now.parent)}</strong> · ${escapeHtml(t.child)}: <strong>${say(now.young)}</strong></p>
${form(lang, `${id}/publishing`, now.parent === true ? button(t.withdraw, 'class="quiet"') : button(t.give, 'class="quiet"'), { given: now.parent === true ? 'no' : 'yes' })}`;
}

function history(lang: Lang, view: SupervisionView): string {
  const t = pageTexts[lang];
  const lines = view.history.map(({ at, step, setting, value }) => {
    const definition = setting === undefined ? undefined : catalogue.get(setting);
    const what = definition
      ? `: ${escapeHtml(definition.name[lang])}${value === null || value === undefined ? '' : ` → ${escapeHtml(sayValue(definition, value, lang))}`}`
      : step === 'publishing'
        ? `: ${escapeHtml(value === true ? t.yes : t.no)}`
        : '';
    return `<li>${when(at, lang)}: ${escapeHtml(stepTexts[lang][step] ?? step)}${what}</li>`;
  });
  return `<details><summary>${escapeHtml(t.history)}</summary><ul>${lines.join('')}</ul></details>`;
}

function end(lang: Lang, id: string): string {
  const t = pageTexts[lang];
  return `<details class="end"><summary>${escapeHtml(t.end)}</summary><p>${escapeHtml(t.endAbout)}</p>${form(lang, `${id}/end`, button(t.end, 'class="danger"'))}</details>`;
}

const zone = 'Asia/Ho_Chi_Minh';
const locale = (lang: Lang) => (lang === 'en' ? 'en-GB' : 'vi');

function when(iso: string, lang: Lang): string {
  return new Intl.DateTimeFormat(locale(lang), {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: zone,
  }).format(new Date(iso));
}

function date(day: string, lang: Lang): string {
  return new Intl.DateTimeFormat(locale(lang), { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}
