import { cueById } from '@keben/cues/list';
import { figures } from '../text/figures.ts';
import { element, pageLanguage as lang, need } from './elements.ts';

interface Figures {
  cues: { cue: string; count: number | null }[];
  assessments: { level: string; count: number | null }[];
  cases: { state: string; count: number | null }[];
  actions: { action: string; count: number | null }[];
  referrals: { state: string; count: number | null }[];
  reports: { count: number | null };
  updatedAt: string;
}

const t = figures[lang];
const place = need<HTMLElement>('#figures');
const name = (code: string) => cueById(code)?.name[lang] ?? t.names[code] ?? code;

try {
  const response = await fetch('/v1/public/figures');
  if (!response.ok) throw new Error(String(response.status));
  show((await response.json()) as Figures);
} catch {
  place.replaceChildren(element('p', { class: 'note warm' }, t.failed));
}

function show(data: Figures): void {
  place.replaceChildren(
    table(
      t.cues,
      data.cues.map(({ cue, count }) => [name(cue), count]),
    ),
    table(
      t.assessments,
      data.assessments.map(({ level, count }) => [name(level), count]),
    ),
    table(
      t.cases,
      data.cases.map(({ state, count }) => [name(state), count]),
    ),
    table(
      t.actions,
      data.actions.map(({ action, count }) => [name(action), count]),
    ),
    table(
      t.referrals,
      data.referrals.map(({ state, count }) => [name(state), count]),
    ),
    table(t.reports, [[name('received'), data.reports.count]]),
  );
  const when = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' });
  place.after(
    element('p', { class: 'soft small' }, `${t.updated}: ${when.format(new Date(data.updatedAt))}`),
  );
}

function table(title: string, rows: [string, number | null][]): HTMLElement {
  const section = element('section', { class: 'card' }, element('h2', {}, title));
  if (rows.length === 0) {
    section.append(element('p', { class: 'soft' }, t.none));
    return section;
  }
  const number = new Intl.NumberFormat(lang);
  const head = element('tr', {}, element('th', {}, t.what), element('th', {}, t.count));
  const body = rows.map(([label, count]) =>
    element(
      'tr',
      {},
      element('td', {}, label),
      element('td', {}, count === null ? t.few : number.format(count)),
    ),
  );
  section.append(element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)));
  return section;
}
