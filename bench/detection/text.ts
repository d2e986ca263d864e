import { analyse, modelVersion } from '@keben/cues';
import { type Figure, rateOf } from './measure.ts';
import { messagesOf80 } from './stream.ts';

const MESSAGES = 20_000;
const GOAL = 50_000;

/** Messages a second of `analyse` on one core. */
export function measureText(): Figure[] {
  const messages = messagesOf80(MESSAGES);
  const length = messages.reduce((sum, text) => sum + text.length, 0) / messages.length;
  const withCue = messages.filter((text) => analyse(text).cues.length > 0).length / messages.length;
  const about = `${MESSAGES.toLocaleString('en')} messages, ${length.toFixed(0)} characters on average, ${(withCue * 100).toFixed(1)} % with a cue, model ${modelVersion() ?? 'none'}`;
  const read = (texts: readonly string[]) => {
    for (const text of texts) analyse(text);
  };
  const known = rateOf(MESSAGES, read, () => messages);
  const respelled = (every: number, words: number, options = {}) =>
    rateOf(
      MESSAGES,
      read,
      (round) => messages.map((text, n) => (n % every === 0 ? respell(text, n, round, words) : text)),
      options,
    );
  const tenth = respelled(10, 1);
  const each = respelled(1, 1);
  const strange = respelled(1, Number.POSITIVE_INFINITY, { rounds: 5, warmUp: 1 });
  return [
    {
      what: 'text analysis, spellings seen before',
      unit: 'messages/s',
      value: known.cpu,
      wall: known.wall,
      goal: GOAL,
      note: about,
    },
    {
      what: 'text analysis, a new spelling in every tenth message',
      unit: 'messages/s',
      value: tenth.cpu,
      wall: tenth.wall,
      goal: GOAL,
      note: 'one word of it is spelled as in no message before; how many such words chat has is not measured here',
    },
    {
      what: 'text analysis, a new spelling in each message',
      unit: 'messages/s',
      value: each.cpu,
      wall: each.wall,
      note: `${(1e6 / each.cpu - 1e6 / known.cpu).toFixed(0)} microseconds for a spelling that was never seen`,
    },
    {
      what: 'text analysis, every word spelled anew',
      unit: 'messages/s',
      value: strange.cpu,
      wall: strange.wall,
      note: 'the worst that somebody could send on purpose; no chat is so',
    },
  ];
}

const letters = 'bcdghklmnpqrstvx';

/** Spells `words` words of a message (those in its middle) as in no other message and round. */
function respell(text: string, message: number, round: number, words: number): string {
  const all = [...text.matchAll(/\p{L}{2,}/gu)];
  const first = words < all.length ? (all.length - words) >> 1 : 0;
  const found = all.slice(first, first + words);
  let result = text;
  for (const [n, match] of found.sort((a, b) => b.index - a.index).entries()) {
    let left = (round * MESSAGES + message) * 64 + n;
    let mark = '';
    for (; left > 0; left = Math.floor(left / letters.length)) mark += letters[left % letters.length];
    const end = match.index + match[0].length;
    result = result.slice(0, end) + mark + result.slice(end);
  }
  return result;
}
