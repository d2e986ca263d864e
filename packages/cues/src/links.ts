import { parse } from 'tldts';
import list from '../generated/brands.json' with { type: 'json' };
import { borrowedInPath, borrowedName, isReserved, ownerOf } from './brands.ts';
import { hostRisk, hostThreshold } from './host-risk.ts';
import { unicodeHost } from './punycode.ts';

export interface Link {
  /** As it stands in the text; `start` and `end` are UTF-16 offsets there. */
  text: string;
  start: number;
  end: number;
  /** Host in lower case, punycode kept. */
  host: string;
  kind: LinkKind;
  /** Whose name it bears: theirs when genuine, borrowed when look-alike. */
  brand?: string;
  /** Probability 0..1 that it leads to a scam, where its host gives reason for it. */
  risk?: number;
  /** True when it was written so that programs do not see it (`hxxp`, `[.]`, "chấm com", spaces around dots). */
  disguised?: true;
}
export type LinkKind = 'genuine' | 'look-alike' | 'punycode' | 'shortened' | 'ip' | 'risky' | 'other';
type Judgement = Pick<Link, 'kind' | 'brand' | 'risk'>;

const shorteners = new Set(list.shorteners);

const DOT = String.raw`(?:\.|\[\.\]|\(\.\)|。)`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?`;
// A scheme with all that follows, or a bare host with a dot; the path goes along.
const address = new RegExp(
  String.raw`h(?:tt|xx)ps?(?::|\[:\])\/\/[^\s<>"']+|(?:${LABEL}${DOT})+(?:xn--[a-z\d-]{2,59}|[\p{L}]{2,24})(?::\d{1,5}\b)?(?:[/?#][^\s<>"']*)?`,
  'giu',
);
// Names with a dot that is spelled out or has room around it. "Chấm" and "dot" are words too: what follows must be a
// common suffix, and no word of its own.
const ENDS = '(?:com|vn|net|org|xyz|info|top|vip|site|online|club|shop|cc|icu|click|live|app)';
const GAP = String.raw`(?:\s?[([]?\s?(?<![\p{L}\p{N}])(?:dot|chấm|cham)(?![\p{L}\p{N}])\s?[)\]]?\s?|\s?\.\s?)`;
const spelled = new RegExp(
  String.raw`(?<![\p{L}\p{N}@.-])(${LABEL}(?:${GAP}${LABEL}){0,4})(${GAP})(${ENDS}(?:${GAP}vn)?)(?![\p{L}\p{N}])(\/[^\s<>"']*)?`,
  'giu',
);
const spelledOut =
  /(?:[dD](?:ot|OT)|[cC]h[aấ]m|CH[AẤ]M)[\s)\]]*[cvnoxitslCVNOXITSL]|\s\.\s?[a-zA-Z]|\.\s(?:[cC]om|COM|[vV]n|VN|net|org|xyz|info)/;
const dotWords = ['dot', 'Dot', 'DOT', 'chấm', 'Chấm', 'CHẤM', 'cham', 'Cham', 'CHAM'];
const separator = new RegExp(GAP, 'giu');

/** Links and bare hosts of a text, each with what its host says. */
export function linksOf(text: string): Link[] {
  // Most messages have none of these; plain searches say so far faster than patterns that know letters of all kinds.
  const dot = text.includes('.');
  const written = (dot && joinsByDot(text)) || text.includes('//') || text.includes('。');
  const spoken = dot || dotWords.some((word) => text.includes(word));
  if (!written && !spoken) return [];
  const found = written ? writtenLinks(text) : [];
  if (spoken && spelledOut.test(text)) found.push(...spelledLinks(text, found));
  return found;
}

/** Whether some full stop has no room on either side. */
function joinsByDot(text: string): boolean {
  for (let at = text.indexOf('.', 1); at >= 0; at = text.indexOf('.', at + 1)) {
    if (text.charCodeAt(at + 1) > SPACE && text.charCodeAt(at - 1) > SPACE) return true;
  }
  return false;
}
const SPACE = 32;

/** The kinds of links that are given beside a text: whole addresses, one an entry. */
export function judgeLinks(addresses: readonly string[]): Link[] {
  return addresses.flatMap((one) => linksOf(one.trim()).slice(0, 1));
}

function writtenLinks(text: string): Link[] {
  const found: Link[] = [];
  for (const match of text.matchAll(address)) {
    // Sentence marks at the end stay outside.
    const whole = match[0].replace(/[.,;:!?)\]]+$/u, '');
    const start = match.index;
    const end = start + whole.length;
    const scheme = /^h(?:tt|xx)ps?(?::|\[:\])\/\//i.exec(whole)?.[0];
    const plain = whole.replace(/\[\.\]|\(\.\)|。/g, '.');
    const url = urlOf(scheme === undefined ? plain : `http://${plain.slice(scheme.length)}`);
    if (!url) continue;
    const disguised = plain !== whole || (scheme !== undefined && /xx|\[/i.test(scheme));
    const told = judgeAddress(url, scheme !== undefined, text, start, end);
    if (told)
      found.push({ text: whole, start, end, host: url.hostname, ...told, ...(disguised && { disguised }) });
  }
  return found;
}

function judgeAddress(
  url: URL,
  scheme: boolean,
  text: string,
  start: number,
  end: number,
): Judgement | undefined {
  const path = `${url.pathname}${url.search}`;
  if (scheme) {
    const pretended = decodeURIComponentSafely(url.username);
    const told = judgeHost(url.hostname, path);
    // Before an @ stands a name, not the host: a host there is a mask.
    if (told && /\.\p{L}/u.test(pretended)) {
      const brand = judgeHost(pretended.toLowerCase())?.brand;
      return { kind: 'look-alike', ...(brand !== undefined && { brand }) };
    }
    return told;
  }
  const told = judgeBare(url.hostname, path);
  // The name of an e-mail address; a bank's domain there is a mask.
  if (text[end] === '@')
    return told?.kind === 'genuine' && told.brand ? { ...told, kind: 'look-alike' } : undefined;
  if (text[start - 1] === '@') return told?.kind === 'look-alike' ? told : undefined;
  return told;
}

function spelledLinks(text: string, written: readonly Link[]): Link[] {
  const found: Link[] = [];
  for (const match of text.matchAll(spelled)) {
    const [whole, name = '', gap = '', suffix = '', path = ''] = match;
    const start = match.index;
    const end = start + whole.length;
    const separators = `${name}${gap}${suffix}`.match(separator) ?? [];
    if (separators.every((one) => one === '.')) continue;
    if (written.some((one) => one.start < end && start < one.end)) continue;
    const url = urlOf(`${`${name}.${suffix}`.replace(separator, '.')}${path}`);
    const told = url && judgeHost(url.hostname, path);
    if (!url || !told) continue;
    const named = separators.some((one) => /dot|chấm|[([]/iu.test(one));
    const plain = path === '' && separators.length === 1 && !/[-\d]/.test(name) && !/^\s/.test(gap);
    // "Xong facebook. VN thắng" is two sentences, "nước mắm chấm cơm" a meal.
    if (named ? told.kind === 'other' && /\s/.test(gap) && /cham/i.test(gap) : plain || told.kind === 'other')
      continue;
    if (told.kind === 'risky' && !named) continue;
    found.push({ text: whole, start, end, host: url.hostname, ...told, disguised: true });
  }
  return found;
}

function urlOf(text: string): URL | undefined {
  const url = text.startsWith('http://') ? text : `http://${text}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

function decodeURIComponentSafely(text: string): string {
  return /%(?![\da-f]{2})/i.test(text)
    ? text
    : text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Names of files and words after a full stop that happen to end like a domain. */
const fileEnds = new Set('zip mov md py sh rs ps pl so'.split(' '));
const LONGEST_SYLLABLE = 7;

function judgeBare(host: string, path: string): Judgement | undefined {
  const [first = '', second, ...more] = host.split('.');
  if (more.length > 0 || path !== '/' || second === undefined || first === 'www')
    return judgeHost(host, path);
  if (fileEnds.has(second)) return undefined;
  // "về.me nhé": a sentence without its space. Country codes are words of ours, and a syllable has few letters.
  const word = second.length === 2 && second !== 'vn' && /^(?:[a-z]{1,7}|xn--.*)$/.test(first);
  if (!word) return judgeHost(host, path);
  if (unicodeHost(first).length <= LONGEST_SYLLABLE && first.startsWith('xn--')) return undefined;
  const told = judgeHost(host, path);
  return told?.kind === 'risky' ? { kind: 'other' } : told;
}

/**
 * What a host says by itself, and the path after it; undefined when it has no public suffix (a file name, an
 * abbreviation). Suffixes are those of publicsuffix.org.
 */
export function judgeHost(host: string, path = ''): Judgement | undefined {
  if (/^[\d.]+$/.test(host) || host.startsWith('['))
    return isPrivate(host) ? { kind: 'ip' } : { kind: 'ip', risk: IP_RISK };
  const {
    domain,
    publicSuffix: suffix,
    isIcann,
  } = parse(host, { extractHostname: false, validateHostname: false });
  if (!isIcann || domain === null || suffix === null) return undefined;
  const owner = ownerOf(host, domain, suffix);
  if (owner !== undefined) return owner === '' ? { kind: 'genuine' } : { kind: 'genuine', brand: owner };
  if (suffix === 'gov.vn') return { kind: 'genuine' };
  if (isReserved(suffix)) return { kind: 'other' };
  if (shorteners.has(domain)) return { kind: 'shortened' };
  const labels = unicodeHost(host.slice(0, -suffix.length - 1)).split('.');
  const brand = borrowedName(withoutDoors(labels, domain)) ?? borrowedInPath(path);
  if (brand !== undefined) return { kind: 'look-alike', brand };
  if (labels.some(mixesAlphabets)) return { kind: 'punycode', risk: MIXED_RISK };
  if (host.includes('xn--') && !labels.every((label) => latin.test(label))) return { kind: 'punycode' };
  const risk = hostRisk(host);
  if (risk >= hostThreshold) return { kind: 'risky', risk: withPrior(risk) };
  return { kind: host.includes('xn--') ? 'punycode' : 'other' };
}

/** Names under which many sites lead to their own pages elsewhere (`discord.example.org`). */
const doors = new Set(['discord', 'youtube', 'telegram', 'zalo']);
const DOOR_RISK = 0.5;

function withoutDoors(labels: readonly string[], domain: string): readonly string[] {
  if (labels.length === 1 || !labels.slice(0, -1).some((label) => doors.has(label))) return labels;
  return hostRisk(domain) >= DOOR_RISK
    ? labels
    : labels.filter((label, at) => at === labels.length - 1 || !doors.has(label));
}

/** The model counts scams and others alike; of unknown links in messages we take one in five to be a scam. */
const PRIOR_ODDS = 1 / 4;
function withPrior(chance: number): number {
  const odds = (chance / (1 - chance)) * PRIOR_ODDS;
  return Math.round((odds / (1 + odds)) * 1000) / 1000;
}

const IP_RISK = 0.6;
const MIXED_RISK = 0.7;
const latin = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]+$/u;
const mixesAlphabets = (label: string) =>
  /\p{Script=Latin}/u.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(label);

/** Addresses of the house or the machine itself (RFC 1918, 3927, 6890). */
function isPrivate(host: string): boolean {
  return /^(?:10|127|0)\.|^192\.168\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\.|^\[(?:::1|f[cd]|fe80)/i.test(
    host,
  );
}
