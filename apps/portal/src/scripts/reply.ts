import { reply } from '../text/help.ts';
import { ApiError, postMessage, readChannel, readThread, type Thread } from './anonymous-api.ts';
import { element, pageLanguage as lang, need } from './elements.ts';
import type { Channel } from './receipt-keys.ts';
import { forgetKeys, seal } from './seal-calls.ts';

const t = reply[lang];
const LOOK_AGAIN_MS = 20_000;
const form = need<HTMLFormElement>('#open');
const field = need<HTMLInputElement>('#receipt');
const go = need<HTMLButtonElement>('#go');
const problem = need<HTMLElement>('#problem');
const progress = need<HTMLElement>('#progress');
const more = need<HTMLFormElement>('#more');
const moreText = need<HTMLTextAreaElement>('#more-text');
const moreProblem = need<HTMLElement>('#more-problem');
let opened: { lookup: string; channel: Channel } | undefined;
let shown = -1;

field.addEventListener('input', () => {
  // Only while typing at the end: regrouping would otherwise move the cursor.
  if (field.selectionStart !== field.value.length) return;
  field.value = digitsOf(field.value)
    .slice(0, 16)
    .replace(/(\d{4})(?=\d)/g, '$1 ');
});
form.noValidate = true;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void open();
});
more.addEventListener('submit', (event) => {
  event.preventDefault();
  void write();
});
need('#refresh').addEventListener('click', () => void look());
need('#forget').addEventListener('click', () => {
  forgetKeys();
  location.reload();
});
setInterval(() => {
  if (opened && document.visibilityState === 'visible') void look();
}, LOOK_AGAIN_MS);

function digitsOf(typed: string): string {
  return typed.replace(/\D/g, '');
}

async function open(): Promise<void> {
  problem.textContent = '';
  const receipt = digitsOf(field.value);
  if (receipt.length !== 16) {
    problem.textContent = t.short;
    field.focus();
    return;
  }
  go.disabled = true;
  progress.textContent = t.opening;
  try {
    const channel = await readChannel();
    const { lookup } = await seal({ type: 'use-receipt', receipt, channel }, 'lookup');
    const thread = await readThread(lookup);
    opened = { lookup, channel };
    field.value = '';
    need<HTMLElement>('#enter').hidden = true;
    need<HTMLElement>('#thread').hidden = false;
    await show(thread);
    need<HTMLElement>('#thread-title').focus({ preventScroll: true });
  } catch (cause) {
    problem.textContent = cause instanceof ApiError && cause.status === 404 ? t.wrong : t.failed;
  } finally {
    go.disabled = false;
    progress.textContent = '';
  }
}

async function look(): Promise<void> {
  if (!opened) return;
  try {
    await show(await readThread(opened.lookup));
    moreProblem.textContent = '';
  } catch {
    moreProblem.textContent = t.failed;
  }
}

async function write(): Promise<void> {
  const text = moreText.value.trim();
  if (!opened || text === '') return;
  const button = need<HTMLButtonElement>('[type=submit]', more);
  button.disabled = true;
  try {
    const { sealed } = await seal({ type: 'seal-message', text, channel: opened.channel }, 'sealed');
    await postMessage(opened.lookup, sealed);
    moreText.value = '';
    await look();
  } catch {
    moreProblem.textContent = t.failed;
  } finally {
    button.disabled = false;
  }
}

async function show({ state, messages }: Thread): Promise<void> {
  const status = need('#state');
  if (status.textContent !== t.states[state]) status.textContent = t.states[state];
  // Redrawing what did not change would be read out again.
  if (messages.length === shown) return;
  const { texts } = await seal(
    { type: 'open-messages', sealed: messages.map(({ sealed }) => sealed) },
    'opened',
  );
  shown = messages.length;
  need('#messages').replaceChildren(
    ...messages.map(({ at, from }, index) => {
      const mine = from === 'reporter';
      const when = new Date(at).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
      return element(
        'li',
        mine ? { class: 'mine' } : {},
        element('p', { class: 'who' }, `${mine ? t.you : t.them} · ${when}`),
        element('p', { class: mine ? 'bubble mine' : 'bubble' }, texts[index] ?? t.unreadable),
      );
    }),
  );
}
