import { help } from '../text/help.ts';
import { ApiError, postReport, readChannel } from './anonymous-api.ts';
import { pageLanguage as lang, need } from './elements.ts';
import { forgetKeys, SealError, seal } from './seal-calls.ts';

const t = help[lang];
const form = need<HTMLFormElement>('#report');
const text = need<HTMLTextAreaElement>('#text');
const send = need<HTMLButtonElement>('#send');
const problem = need<HTMLElement>('#problem');
const progress = need<HTMLElement>('#progress');
const plain = need<HTMLElement>('#plain');

form.noValidate = true;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
// Without encryption on the device the form goes as it would without JavaScript; only when the reporter says so.
need('button', plain).addEventListener('click', () => form.submit());
void nameReceiver();

async function nameReceiver(): Promise<void> {
  const line = need<HTMLElement>('#receiver');
  try {
    const { organisation } = await readChannel();
    need('b', line).textContent = organisation.name[lang];
    line.hidden = false;
  } catch {
    // The line stays hidden; sending will say what is wrong.
  }
}

async function submit(): Promise<void> {
  problem.textContent = '';
  if (text.value.trim() === '') {
    problem.textContent = t.empty;
    text.focus();
    return;
  }
  send.disabled = true;
  progress.textContent = t.sending;
  try {
    show(await sealAndSend());
  } catch (cause) {
    problem.textContent = wordsFor(cause);
    plain.hidden = !(cause instanceof SealError);
  } finally {
    send.disabled = false;
    progress.textContent = '';
  }
}

/** Returns the receipt. */
async function sealAndSend(): Promise<string> {
  const fields = new FormData(form);
  const channel = await readChannel();
  const report = await seal({ type: 'seal-report', text: text.value.trim(), channel }, 'report');
  const region = String(fields.get('region') ?? '').trim();
  await postReport({
    ageBand: fields.get('ageBand'),
    harm: fields.get('harm'),
    urgency: fields.get('urgency'),
    ...(region === '' ? {} : { region }),
    ...(fields.has('generativeAi') ? { generativeAi: true } : {}),
    sealed: report.sealed,
    reporter: report.reporter,
    pow: report.pow,
  });
  return report.receipt;
}

function show(receipt: string): void {
  forgetKeys();
  form.reset();
  need<HTMLElement>('#write').hidden = true;
  need<HTMLElement>('#done').hidden = false;
  const grouped = receipt.replace(/(\d{4})(?=\d)/g, '$1 ');
  need('#receipt').textContent = grouped;
  need<HTMLElement>('#done-title').focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
  const copy = need<HTMLButtonElement>('#copy');
  // The clipboard exists only on secure origins.
  copy.hidden = navigator.clipboard === undefined;
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(grouped);
    copy.textContent = copy.dataset.copied ?? '';
  });
}

function wordsFor(cause: unknown): string {
  if (cause instanceof ApiError && cause.status === 404) return t.noChannel;
  if (cause instanceof ApiError && cause.status === 429) return t.tooMany;
  return t.failed;
}
