import { removalStatus } from '../../text/removal.ts';
import { ApiError } from '../anonymous-api.ts';
import { element, pageLanguage as lang, need } from '../elements.ts';
import { type Opened, platformName, readStatus, type Status, withdraw } from './removal-api.ts';

const t = removalStatus[lang];
const form = need<HTMLFormElement>('#open');
const number = need<HTMLInputElement>('#case-number');
const pin = need<HTMLInputElement>('#pin');
const problem = need<HTMLElement>('#problem');
const moreProblem = need<HTMLElement>('#more-problem');
const ask = need<HTMLButtonElement>('#withdraw');
const sure = need<HTMLElement>('#sure');
let opened: Opened | undefined;

form.hidden = false;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void open();
});
ask.addEventListener('click', () => {
  sure.hidden = false;
  need<HTMLButtonElement>('#no').focus();
});
need('#no').addEventListener('click', () => {
  sure.hidden = true;
  ask.focus();
});
need('#yes').addEventListener('click', () => void takeBack());
need('#forget').addEventListener('click', () => location.reload());

async function open(): Promise<void> {
  problem.textContent = '';
  const given = { caseNumber: number.value.replace(/\D/g, ''), pin: pin.value.replace(/\D/g, '') };
  if (given.caseNumber.length !== 10 || given.pin.length !== 6) {
    problem.textContent = t.short;
    (given.caseNumber.length === 10 ? pin : number).focus();
    return;
  }
  try {
    show(await readStatus(given));
    opened = given;
    form.reset();
    need<HTMLElement>('#enter').hidden = true;
    need<HTMLElement>('#request').hidden = false;
    need<HTMLElement>('#request-title').focus();
  } catch (cause) {
    problem.textContent = wordsFor(cause);
  }
}

function wordsFor(cause: unknown): string {
  if (!(cause instanceof ApiError)) return t.failed;
  return cause.status === 404 ? t.wrong : cause.status === 429 ? t.tooOften : t.failed;
}

async function takeBack(): Promise<void> {
  if (!opened) return;
  moreProblem.textContent = '';
  try {
    show(await withdraw(opened));
    need<HTMLElement>('#request-title').focus();
  } catch {
    // Whatever the reason: it still stands, and the page says so.
    moreProblem.textContent = t.failed;
  }
  sure.hidden = true;
}

function show(status: Status): void {
  const state = need<HTMLElement>('#state');
  const stands = status.state === 'received' || status.state === 'confirmed';
  state.textContent = stands && status.compared !== 'all' ? t.gone[status.compared] : t.states[status.state];
  state.dataset.state = status.state;
  const reason = need<HTMLElement>('#reason');
  reason.hidden = status.reason === undefined;
  reason.textContent = status.reason?.[lang] ?? '';
  const when = (at: string) => new Date(at).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
  const rows: [string, string, string?][] = [
    [t.received, when(status.receivedAt)],
    [t.changed, when(status.changedAt)],
    [t.items, String(status.items)],
    [t.platforms, status.platforms.map((name) => platformName(name, lang)).join(', ')],
    [t.matches, String(status.matches), t.matchesHint],
  ];
  need('#facts').replaceChildren(
    ...rows.map(([name, value, hint]) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        element('dd', {}, value),
        ...(hint === undefined ? [] : [element('dd', { class: 'hint' }, hint)]),
      ),
    ),
  );
  ask.hidden = !stands;
}
