/** Where "leave this page" goes: a page that anybody might have open. */
const PRESSES = 3;
const WITHIN_MS = 5000;

const link = document.querySelector<HTMLAnchorElement>('#exit');

/** Covers the page at once, forgets what we stored, and replaces this entry of the history. */
function leave(target: string, leaving: string): void {
  const cover = document.createElement('div');
  cover.className = 'cover';
  cover.setAttribute('role', 'status');
  cover.textContent = leaving;
  document.body.replaceChildren(cover);
  document.title = '…';
  try {
    sessionStorage.clear();
    localStorage.clear();
  } catch {
    // Storage is switched off: then nothing was stored.
  }
  location.replace(target);
}

if (link) {
  const { href, dataset } = link;
  const go = () => leave(href, dataset.leaving ?? '');
  link.addEventListener('click', (event) => {
    event.preventDefault();
    go();
  });
  let presses: number[] = [];
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Shift') {
      presses = [];
      return;
    }
    if (event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (presses.length >= PRESSES) go();
  });
}
// Coming back with the browser's "back" must not show what was on the screen.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
