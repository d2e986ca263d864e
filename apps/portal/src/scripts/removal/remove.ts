import { removal } from '../../text/removal.ts';
import { ApiError, readChannel } from '../anonymous-api.ts';
import { element, pageLanguage as lang, need } from '../elements.ts';
import { createFileList } from './file-list.ts';
import { loadHasher, solvePuzzle } from './hash-calls.ts';
import {
  type Opened,
  type Platform,
  platformName,
  postRemoval,
  type RemovalRequest,
  readPlatforms,
} from './removal-api.ts';

const t = removal[lang];
const form = need<HTMLFormElement>('#removal');
const files = need<HTMLInputElement>('#files');
const age = need<HTMLSelectElement>('#age');
const places = need<HTMLElement>('.places');
const problem = need<HTMLElement>('#problem');
const filesProblem = need<HTMLElement>('#files-problem');
const progress = need<HTMLElement>('#progress');
const send = need<HTMLButtonElement>('#send');

const list = createFileList(need<HTMLUListElement>('#list'), {
  changed(done, all) {
    need('#counted').textContent = all === 0 ? '' : t.counted(done, all);
    showWhatIsSent();
  },
  problem(words) {
    filesProblem.textContent = words;
  },
});

// Apple's systems hand over pictures of the photo library as JPEG, not HEIC, when a page names the kinds that it takes;
// others would not let HEIC be chosen at all then, and nobody would be told why.
if (navigator.vendor.startsWith('Apple')) {
  files.accept = 'image/jpeg,image/png,image/webp,image/gif,image/avif,video/*';
}
files.addEventListener('change', () => {
  list.add(files.files ?? []);
  // So that the same file can be chosen again after it was taken out.
  files.value = '';
});
age.addEventListener('change', showWhatIsSent);
places.addEventListener('change', showWhatIsSent);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
form.hidden = false;
void getReady();

/** Everything that is needed without a network is loaded now. */
async function getReady(): Promise<void> {
  const ready = need<HTMLElement>('#ready');
  const [hasher, platforms] = await Promise.allSettled([loadHasher(), readPlatforms()]);
  if (platforms.status === 'fulfilled') places.replaceChildren(...platforms.value.map(choiceOf));
  else places.replaceChildren(element('p', { class: 'error' }, t.platformsFailed));
  const isReady = hasher.status === 'fulfilled';
  ready.textContent = isReady ? t.ready : t.notReady;
  ready.dataset.ready = String(isReady && platforms.status === 'fulfilled');
  ready.classList.toggle('danger', !isReady);
}

function choiceOf({ id, name }: Platform): HTMLLabelElement {
  const box = element('input');
  box.type = 'checkbox';
  box.value = id;
  return element('label', { class: 'choice' }, box, element('span', {}, platformName(name, lang)));
}

/** Exactly what is sent, besides the solved puzzle; also what the page shows. */
function requestOf(): RemovalRequest {
  const chosen = places.querySelectorAll<HTMLInputElement>('input:checked');
  return {
    language: lang,
    ageBand: age.value,
    platforms: [...chosen].map(({ value }) => value),
    items: list.items(),
  };
}

function showWhatIsSent(): void {
  const request = requestOf();
  const films = request.items.filter(({ type }) => type === 'video').length;
  const nothing = request.items.length === 0;
  need('#sends').textContent = nothing ? t.sendsNothing : t.sendsSome(request.items.length - films, films);
  need<HTMLElement>('#exactly').hidden = nothing;
  need('#body').textContent = nothing ? '' : JSON.stringify(request, null, 2);
}

async function submit(): Promise<void> {
  problem.textContent = '';
  const request = requestOf();
  const missing = list.busy()
    ? ([t.stillWorking, files] as const)
    : request.items.length === 0
      ? ([t.needFile, files] as const)
      : request.platforms.length === 0
        ? ([t.needPlatform, places.querySelector<HTMLElement>('input')] as const)
        : undefined;
  if (missing) {
    problem.textContent = missing[0];
    missing[1]?.focus();
    return;
  }
  send.disabled = true;
  progress.textContent = t.sending;
  try {
    const { pow } = await readChannel();
    const nonce = await solvePuzzle(pow);
    show(await postRemoval(request, { challenge: pow.challenge, nonce }));
  } catch (cause) {
    problem.textContent = wordsFor(cause);
  } finally {
    send.disabled = false;
    progress.textContent = '';
  }
}

function show({ caseNumber, pin }: Opened): void {
  list.clear();
  form.reset();
  need<HTMLElement>('#ask').hidden = true;
  need<HTMLElement>('#done').hidden = false;
  const number = caseNumber.replace(/^(\d{3})(\d{3})/, '$1 $2 ');
  const grouped = pin.replace(/^(\d{3})/, '$1 ');
  need('#case-number').textContent = number;
  need('#pin').textContent = grouped;
  need<HTMLElement>('#done-title').focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
  const copy = need<HTMLButtonElement>('#copy');
  // The clipboard exists only on secure origins.
  copy.hidden = navigator.clipboard === undefined;
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(`${t.number}: ${number}\n${t.pin}: ${grouped}`);
    copy.textContent = copy.dataset.copied ?? '';
  });
  need('#print').addEventListener('click', () => window.print());
}

function wordsFor(cause: unknown): string {
  if (cause instanceof ApiError && cause.status === 404) return t.noReceiver;
  if (cause instanceof ApiError && cause.status === 429) return t.tooOften;
  if (cause instanceof ApiError && cause.status === 503) return t.tooMuch;
  return t.sendFailed;
}
