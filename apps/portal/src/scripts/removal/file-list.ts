import { removal } from '../../text/removal.ts';
import { element, pageLanguage as lang } from '../elements.ts';
import { whyNotWith } from './fits-request.ts';
import { type HashedFile, hashFile, type Item, kindOf } from './hash-file.ts';

const t = removal[lang];
/** As many as one request takes. */
const MOST = 50;

interface Entry {
  file: File;
  row: HTMLLIElement;
  bar: HTMLProgressElement;
  told: HTMLParagraphElement;
  button: HTMLButtonElement;
  stop: AbortController;
  hashed?: HashedFile;
  state: 'waiting' | 'working' | 'done' | 'failed';
}

export interface FileList {
  add(files: Iterable<File>): void;
  items(): Item[];
  busy(): boolean;
  clear(): void;
}

/** The chosen files: hashed one after another, shown by name only. `changed` after every change, `problem` for words. */
export function createFileList(
  list: HTMLUListElement,
  { changed, problem }: { changed: (done: number, all: number) => void; problem: (words: string) => void },
): FileList {
  let entries: Entry[] = [];
  let running = false;
  const items = () => entries.flatMap(({ hashed }) => (hashed ? [hashed.item] : []));
  const tell = () => changed(entries.filter(({ state }) => state === 'done').length, entries.length);

  function takeOut(entry: Entry): void {
    entry.stop.abort();
    const at = entries.indexOf(entry);
    entries = entries.filter((one) => one !== entry);
    entry.row.remove();
    // Whoever uses the keyboard goes on with the next file.
    const next = entries[Math.min(at, entries.length - 1)];
    (next?.button ?? document.querySelector<HTMLElement>('#files'))?.focus();
    tell();
  }

  function addOne(file: File): void {
    const bar = element('progress');
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute('aria-label', file.name);
    const told = element('p', { class: 'told' }, t.waiting);
    const button = element(
      'button',
      { class: 'button plain' },
      t.stop,
      element('span', { class: 'hide-visually' }, ` ${file.name}`),
    );
    button.type = 'button';
    const row = element('li', {}, element('b', {}, file.name), bar, told, button);
    const entry: Entry = { file, row, bar, told, button, stop: new AbortController(), state: 'waiting' };
    button.addEventListener('click', () => takeOut(entry));
    entries.push(entry);
    list.append(row);
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (;;) {
      const entry = entries.find(({ state }) => state === 'waiting');
      if (!entry) break;
      await work(entry);
      tell();
    }
    running = false;
    tell();
  }

  async function work(entry: Entry): Promise<void> {
    const { file, bar, told, stop } = entry;
    entry.state = 'working';
    const progress = (share: number) => {
      bar.value = share;
      told.textContent = t.working(Math.round(share * 100));
    };
    progress(0);
    const kind = kindOf(file);
    try {
      if (!kind) return end(entry, 'failed', t.refused);
      const hashed = await hashFile(file, kind, stop.signal, progress);
      const why = whyNotWith(hashed.item, items());
      if (why) return end(entry, 'failed', t[why]);
      entry.hashed = hashed;
      entry.row.classList.toggle('exact-only', hashed.exactOnly !== undefined);
      end(entry, 'done', wordsFor(hashed));
    } catch {
      // Stopped files are out of the list; all others could not be read, and their row says so.
      if (!stop.signal.aborted) end(entry, 'failed', t.failed);
    }
  }

  function end(entry: Entry, state: 'done' | 'failed', words: string): void {
    entry.state = state;
    entry.row.classList.toggle('failed', state === 'failed');
    entry.row.dataset.state = state;
    entry.bar.hidden = true;
    entry.told.textContent = words;
    entry.button.firstChild?.replaceWith(t.remove);
  }

  return {
    add(files) {
      problem('');
      for (const file of files) {
        if (entries.length >= MOST) {
          problem(t.tooMany);
          break;
        }
        addOne(file);
      }
      tell();
      void run();
    },
    items,
    busy: () => entries.some(({ state }) => state === 'waiting' || state === 'working'),
    clear() {
      for (const { stop } of entries) stop.abort();
      entries = [];
      list.replaceChildren();
    },
  };
}

function wordsFor({ item, exactOnly }: HashedFile): string {
  if (exactOnly) return t[exactOnly];
  return item.type === 'video' ? t.film(item.frames?.length ?? 0) : t.done;
}
