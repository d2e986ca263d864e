import type { Cue } from '@keben/cues';
import { loadAnalyser } from '@keben/cues/browser';
import { cueById } from '@keben/cues/list';
import modelUrl from '@keben/cues/model.bin.gz?url';
import { check } from '../text/check.ts';
import { address } from '../text/language.ts';
import { element, pageLanguage as lang, need } from './elements.ts';
import { markSpans } from './mark-spans.ts';

const SERIOUS = 4;
/** Counts what was asked, so that a late answer does not stand in the place of a newer one. */
let asked = 0;
const t = check[lang];
const form = need<HTMLFormElement>('#check');
const field = need<HTMLTextAreaElement>('#message');
const result = need<HTMLElement>('#result');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void show(field.value);
});
need('#clear').addEventListener('click', () => {
  asked++;
  field.value = '';
  result.replaceChildren();
  field.focus();
});
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-sample]')) {
  button.addEventListener('click', () => {
    field.value = button.dataset.sample ?? '';
    void show(field.value);
  });
}
for (const part of document.querySelectorAll('[data-needs-script]')) part.removeAttribute('hidden');
// The page is there; now what reads messages, so that it works without a network from then on.
const ready = loadAnalyser(modelUrl).then(
  () => true,
  () => false,
);

async function show(text: string): Promise<void> {
  const own = ++asked;
  const heading = element('h2', {}, t.result);
  heading.tabIndex = -1;
  result.replaceChildren(heading);
  if (text.trim() === '') {
    result.append(element('p', { class: 'error' }, t.empty));
    field.focus();
    return;
  }
  const reading = element('p', { class: 'soft' }, t.reading);
  result.append(reading);
  const analyser = await ready
    .then(() => loadAnalyser(modelUrl))
    .catch((cause: unknown) => {
      console.error(cause);
      return undefined;
    });
  if (own !== asked) return;
  reading.remove();
  if (!analyser) {
    result.append(element('p', { class: 'error' }, t.failed));
    return;
  }
  const spans = analyser.analyse(text, { lang }).cues;
  // Numbered in the order in which the signs appear; a cue seen twice is explained once.
  const found = [...new Set(spans.map(({ cue }) => cue))].flatMap((id) => cueById(id) ?? []);
  result.append(verdict(found));
  if (found.length > 0) result.append(marked(text, spans, found), explained(found));
  heading.focus({ preventScroll: true });
  result.scrollIntoView({ block: 'start' });
}

function verdict(found: Cue[]): HTMLElement {
  if (found.length === 0) {
    return element('div', { class: 'note' }, element('h3', {}, t.none), element('p', {}, t.noneText));
  }
  if (found.every(({ severity }) => severity < SERIOUS)) {
    return element(
      'div',
      { class: 'note warm' },
      element('h3', {}, t.some(found.length)),
      element('p', {}, t.someText),
    );
  }
  const doors = element(
    'p',
    { class: 'row' },
    element('a', { class: 'button', href: 'tel:111' }, t.call),
    element('a', { class: 'button quiet', href: address(lang, '/help/') }, t.write),
  );
  return element(
    'div',
    { class: 'note danger' },
    element('h3', {}, t.serious),
    element('p', {}, t.seriousText),
    doors,
  );
}

function marked(text: string, spans: Parameters<typeof markSpans>[1], found: Cue[]): HTMLElement {
  const bubble = element('div', { class: 'bubble' });
  const number = (id: string) => found.findIndex((cue) => cue.id === id) + 1;
  for (const stretch of markSpans(text, spans)) {
    if (stretch.cues.length === 0) {
      bubble.append(stretch.text);
      continue;
    }
    const serious = stretch.cues.some((id) => (cueById(id)?.severity ?? 1) >= SERIOUS);
    const mark = element('mark', serious ? { class: 'strong' } : {}, stretch.text);
    if (stretch.ends.length > 0) mark.append(element('sup', {}, stretch.ends.map(number).join(' ')));
    bubble.append(mark);
  }
  return bubble;
}

function explained(found: Cue[]): HTMLElement {
  const list = element('ol', { class: 'signs' });
  for (const cue of found) {
    list.append(
      element(
        'li',
        {},
        element('p', {}, element('b', {}, cue.name[lang]), ' – ', cue.meaning[lang]),
        element('p', {}, element('b', {}, `${t.todo}: `), cue.advice[lang]),
        element('a', { class: 'small', href: address(lang, `/learn/${cue.tactic}/#${cue.id}`) }, t.learn),
      ),
    );
  }
  return list;
}
