import list from '../generated/brands.json' with { type: 'json' };
import { domainOf } from './host-domain.ts';

export interface Link {
  /** As it stands in the text; `start` and `end` are UTF-16 offsets there. */
  text: string;
  start: number;
  end: number;
  /** Host in lower case, punycode kept. */
  host: string;
  kind: 'genuine' | 'look-alike' | 'punycode' | 'shortened' | 'ip' | 'other';
  /** Whose name it bears: theirs when genuine, borrowed when look-alike. */
  brand?: string;
}

interface Brand {
  id: string;
  words: string[];
  domains: string[];
}

const brands: readonly Brand[] = list.brands;
const owners = new Map(brands.flatMap(({ id, domains }) => domains.map((domain) => [domain, id] as const)));
const shorteners = new Set(list.shorteners);

// A scheme with a host, or a bare host with a dot; the path goes along. Sentence marks at the end stay outside.
const address =
  /(?:h(?:tt|xx)ps?:\/\/)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,24}(?::\d{1,5})?(?:\/[^\s<>"']*)?|https?:\/\/(?:\d{1,3}\.){3}\d{1,3}(?:[:/][^\s<>"']*)?/giu;

const dotInside = /[\p{L}\p{N}]\.[\p{L}\p{N}]/u;

/** Links and bare hosts of a text, each with what its host says. */
export function linksOf(text: string): Link[] {
  if (!dotInside.test(text)) return [];
  const found: Link[] = [];
  for (const match of text.matchAll(address)) {
    const whole = match[0].replace(/[.,;:!?)\]]+$/u, '');
    const host = hostOf(whole);
    if (host === undefined) continue;
    const told = judgeHost(host);
    if (!told) continue;
    found.push({ text: whole, start: match.index, end: match.index + whole.length, host, ...told });
  }
  return found;
}

function hostOf(text: string): string | undefined {
  const url = /^[a-z]+:\/\//i.test(text) ? text.replace(/^hxxp/i, 'http') : `http://${text}`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** What a host says by itself; undefined when it has no public suffix (a file name, an abbreviation). */
export function judgeHost(host: string): Pick<Link, 'kind' | 'brand'> | undefined {
  if (/^[\d.]+$/.test(host) || host.startsWith('[')) return { kind: 'ip' };
  const known = domainOf(host);
  if (!known) return undefined;
  const { domain, suffix } = known;
  const owner = owners.get(domain);
  if (owner !== undefined) return { kind: 'genuine', brand: owner };
  // Only the state registers under these.
  if (suffix === 'gov.vn') return { kind: 'genuine' };
  if (shorteners.has(domain)) return { kind: 'shortened' };
  const brand = borrowedName(host);
  if (brand !== undefined) return { kind: 'look-alike', brand };
  return { kind: host.includes('xn--') ? 'punycode' : 'other' };
}

/** Letters that stand for others in false hosts. */
function straighten(part: string): string {
  return part
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[01345]/g, (char) => ({ '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's' })[char] ?? char);
}

function borrowedName(host: string): string | undefined {
  const parts = host.split(/[.-]/);
  for (const { id, words } of brands) {
    for (const word of words) {
      const borrowed = parts.some((part) => {
        const straight = straighten(part);
        // Short names occur inside innocent words: they count only at the edge of a part or alone.
        if (part === word || straight === word) return true;
        if (word.length >= 7 && (part.includes(word) || straight.includes(word))) return true;
        if (word.length >= 5 && (part.startsWith(word) || part.endsWith(word))) return true;
        return word.length >= 7 && oneEditApart(part, word);
      });
      if (borrowed) return id;
    }
  }
  return undefined;
}

/** True when one letter was put in, left out or replaced. */
function oneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const rest = (text: string, skip: number) => text.slice(at + skip);
  if (a.length === b.length) return rest(a, 1) === rest(b, 1);
  return a.length > b.length ? rest(a, 1) === rest(b, 0) : rest(a, 0) === rest(b, 1);
}
