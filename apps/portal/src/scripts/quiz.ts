import { quizText } from '../text/quiz.ts';
import { element, pageLanguage as lang, need } from './elements.ts';
import { type Counts, sensitivityOf } from './signal-detection.ts';

type Choice = 'harmful' | 'genuine' | 'skipped';
interface Judgement {
  item: string;
  first: Choice;
  mended: boolean;
}

/** Days after which a repetition keeps what was learned. */
const BOOSTERS = [7, 21, 60];
const DAY_MS = 86_400_000;
const t = quizText[lang];
const root = need<HTMLElement>('#quiz');
const items = [...root.querySelectorAll<HTMLElement>('.item')];
const progress = need<HTMLElement>('#progress', root);
const dots = [...progress.children];
const results = need<HTMLElement>('#results', root);
let records = new Map<string, Judgement>();

for (const item of items) wire(item);
need<HTMLElement>('#start', root).hidden = false;
need('#start', root).addEventListener('click', () => begin());
need('#again', root).addEventListener('click', () => begin());
for (const item of items) item.hidden = true;

function begin(): void {
  records = new Map();
  need<HTMLElement>('#intro', root).hidden = true;
  results.hidden = true;
  for (const dot of dots) dot.className = '';
  open(0);
}

function open(index: number): void {
  items.forEach((item, at) => {
    item.hidden = at !== index;
  });
  dots.forEach((dot, at) => {
    dot.classList.toggle('here', at === index);
  });
  progress.hidden = index >= items.length;
  const item = items[index];
  if (!item) {
    finish();
    return;
  }
  ask(item);
  need<HTMLElement>('h2', item).focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

/** Shows the bare message with the question. */
function ask(item: HTMLElement): void {
  for (const part of partsOf(item)) {
    part.classList.remove('marked', 'pointed');
    part.querySelector('button')?.replaceWith(part.textContent ?? '');
  }
  need<HTMLElement>('.ask', item).hidden = false;
  need<HTMLElement>('.point', item).hidden = true;
  need<HTMLElement>('.answer', item).hidden = true;
}

function wire(item: HTMLElement): void {
  const index = items.indexOf(item);
  const genuine = item.dataset.genuine === 'true';
  const id = item.dataset.item ?? '';
  const answer = need<HTMLDetailsElement>('.answer', item);
  // Without this script the answer folds out; with it the summary has no use.
  need<HTMLElement>('summary', answer).hidden = true;
  need<HTMLElement>('.steps', answer).hidden = false;
  answer.open = true;

  for (const button of item.querySelectorAll<HTMLButtonElement>('[data-answer]')) {
    button.addEventListener('click', () => {
      const choice = button.dataset.answer as Choice;
      const before = records.get(id);
      const right = choice === (genuine ? 'genuine' : 'harmful');
      if (!before) records.set(id, { item: id, first: choice, mended: false });
      else if (right) records.set(id, { ...before, mended: true });
      dots[index]?.classList.add('done');
      if (choice === 'skipped') open(index + 1);
      else if (right && !genuine) point(item);
      else {
        const words = right ? (before ? t.mended : t.correct) : genuine ? t.falseAlarm : t.miss;
        reveal(item, words, right);
      }
    });
  }
  need('[data-reveal]', item).addEventListener('click', () => {
    const signs = partsOf(item).filter((part) => part.dataset.cue !== undefined);
    const found = signs.filter((part) => part.classList.contains('pointed'));
    reveal(item, `${t.isHarmful} ${t.hit(found.length, signs.length)}`, true);
  });
  need('[data-retry]', item).addEventListener('click', () => {
    ask(item);
    need<HTMLElement>('h2', item).focus();
  });
  need('[data-next]', item).addEventListener('click', () => open(index + 1));
}

/** Each sentence becomes a switch: the learner points at the signs in place. */
function point(item: HTMLElement): void {
  need<HTMLElement>('.ask', item).hidden = true;
  need<HTMLElement>('.point', item).hidden = false;
  for (const part of partsOf(item)) {
    const button = element('button', { class: 'pointer' }, part.textContent ?? '');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      const on = part.classList.toggle('pointed');
      button.setAttribute('aria-pressed', String(on));
    });
    part.replaceChildren(button);
  }
  item.querySelector<HTMLElement>('.pointer')?.focus();
}

function reveal(item: HTMLElement, words: string, right: boolean): void {
  need<HTMLElement>('.ask', item).hidden = true;
  need<HTMLElement>('.point', item).hidden = true;
  for (const part of partsOf(item)) {
    part.replaceChildren(part.textContent ?? '');
    part.classList.toggle('marked', part.dataset.cue !== undefined);
  }
  const answer = need<HTMLElement>('.answer', item);
  answer.hidden = false;
  const verdict = need<HTMLElement>('.verdict', answer);
  verdict.textContent = words;
  verdict.classList.toggle('right', right);
  need<HTMLElement>('[data-retry]', answer).hidden = right;
  verdict.tabIndex = -1;
  verdict.focus({ preventScroll: true });
}

function partsOf(item: HTMLElement): HTMLElement[] {
  return [...item.querySelectorAll<HTMLElement>('.part')];
}

function finish(): void {
  const counts: Counts = { hits: 0, misses: 0, falseAlarms: 0, correctRejections: 0 };
  let skipped = 0;
  for (const item of items) {
    const first = records.get(item.dataset.item ?? '')?.first;
    if (first === undefined || first === 'skipped') skipped += 1;
    else if (item.dataset.genuine === 'true')
      counts[first === 'genuine' ? 'correctRejections' : 'falseAlarms'] += 1;
    else counts[first === 'harmful' ? 'hits' : 'misses'] += 1;
  }
  need('#results-body', results).replaceChildren(...summary(counts, skipped));
  const dates = BOOSTERS.map((days) =>
    new Date(Date.now() + days * DAY_MS).toLocaleDateString(lang, { day: 'numeric', month: 'long' }),
  );
  need('#booster-dates', results).textContent = dates.join(' · ');
  results.hidden = false;
  need<HTMLElement>('#results-title', results).focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
  void count();
}

function summary({ hits, misses, falseAlarms, correctRejections }: Counts, skipped: number): HTMLElement[] {
  const { dPrime, clarity, lean } = sensitivityOf({ hits, misses, falseAlarms, correctRejections });
  const parts = [
    line(t.harmfulLine(hits, hits + misses), hits, hits + misses, t.missed(misses)),
    line(
      t.genuineLine(correctRejections, correctRejections + falseAlarms),
      correctRejections,
      correctRejections + falseAlarms,
      t.suspected(falseAlarms),
    ),
  ];
  if (skipped > 0) parts.push(element('p', { class: 'soft' }, t.skipped(skipped)));
  if (skipped < items.length) {
    parts.push(
      element('p', { class: 'lead' }, [t.clarity[clarity], t.lean[lean]].filter(Boolean).join(' ')),
      element(
        'p',
        { class: 'soft small' },
        t.measure(dPrime.toLocaleString(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 })),
      ),
    );
  }
  return parts;
}

/** One kind of message: a row of squares, filled for each right answer, and what went wrong in words. */
function line(words: string, right: number, of: number, wrong: string): HTMLElement {
  const squares = element('span', { class: 'squares' });
  squares.setAttribute('aria-hidden', 'true');
  for (let at = 0; at < of; at++) squares.append(element('span', at < right ? { class: 'full' } : {}));
  return element('p', { class: 'card line' }, element('b', {}, words), squares, element('span', {}, wrong));
}

/** Adds the answers to everybody's totals. Learning does not depend on it, so a failure stays silent. */
async function count(): Promise<void> {
  try {
    await fetch(`/v1/quiz/${root.dataset.quiz}/attempts`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ answers: [...records.values()] }),
    });
  } catch {
    // Offline, as in a class without network.
  }
}
