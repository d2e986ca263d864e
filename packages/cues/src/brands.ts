import list from '../generated/brands.json' with { type: 'json' };
import { fold } from './fold.ts';

/** A name that impostors borrow, as policy/brands.yaml has it. */
interface Brand {
  id: string;
  words?: string[];
  parts?: string[];
  short?: string[];
  domains: string[];
  countries?: boolean;
  not?: string[];
}

const brands: readonly Brand[] = list.brands;
const owners = new Map(brands.flatMap(({ id, domains }) => domains.map((domain) => [domain, id] as const)));
const known = new Set(list.known);
const company = new Set(list.company);

/** Country codes that anybody anywhere registers, so that a big name under them says nothing. */
const sold = new Set('cc co io me tv tk ml ga cf gq pw ws to la ly fm gg ai sh vn'.split(' '));
const worldwide = new Map(
  brands
    .filter(({ countries }) => countries)
    .flatMap(({ id, domains }) => domains.map((domain) => [domain.split('.')[0] ?? '', id] as const)),
);

/** The state's and schools' own suffixes: only they register there. */
const reserved = new Set(['gov.vn', 'edu.vn']);

/**
 * Whether a host is what it says: the brand that owns it, `''` for a known site without a brand, undefined for a host
 * of which we do not know.
 */
export function ownerOf(host: string, domain: string, suffix: string): string | undefined {
  const owner = owners.get(domain) ?? owners.get(suffix);
  if (owner !== undefined) return owner;
  if (known.has(domain) || known.has(host)) return '';
  const country = suffix.split('.').at(-1) ?? '';
  return country.length === 2 && !sold.has(country)
    ? worldwide.get(domain.slice(0, -suffix.length - 1))
    : undefined;
}

export const isReserved = (suffix: string) => reserved.has(suffix);

/** What is left when letters that are exchanged in false names are made one: `rn` m, `vv` w, `cl` d, 0 o, 1 and i l … */
function skeleton(part: string): string {
  if (!/[rvc013456789iq]/.test(part)) return part;
  return part
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replace(/[0134569iq]/g, (char) => swapped[char] ?? char);
}
const swapped: Record<string, string> = {
  0: 'o',
  1: 'l',
  i: 'l',
  3: 'e',
  4: 'a',
  5: 's',
  6: 'b',
  9: 'g',
  q: 'g',
};
const single = (text: string) => text.replace(/(.)\1+/g, '$1');

interface Name {
  id: string;
  word: string;
  bones: string;
  short: string;
  not: readonly string[];
}
const namesOf = (kind: 'words' | 'parts' | 'short'): Name[] =>
  brands.flatMap((brand) =>
    (brand[kind] ?? []).map((word) => ({
      id: brand.id,
      word,
      bones: skeleton(word),
      short: single(skeleton(word)),
      not: brand.not ?? [],
    })),
  );
const words = namesOf('words');
const parts = new Map([...namesOf('parts'), ...words].map(({ word, id }) => [word, id]));
const bones = new Map([...namesOf('parts'), ...words].map(({ bones, id }) => [bones, id]));
const abbreviations = namesOf('short');
/** First labels of all genuine domains, for hosts written with letters of other alphabets. */
const firstLabels = new Map(
  brands.flatMap(({ id, domains }) => domains.map((domain) => [domain.split('.')[0] ?? '', id] as const)),
);

const ascii = /^[a-z\d-]*$/;

/** From these lengths a name counts at the edge of a part, anywhere in it, and with one letter wrong. */
const AT_EDGE = 5;
const INSIDE = 7;

/**
 * The brand whose name a host bears though it is not theirs. `labels` are those before the public suffix, decoded from
 * punycode but not folded.
 */
export function borrowedName(labels: readonly string[]): string | undefined {
  const plain = labels.map((label) => (ascii.test(label) ? label : fold(label).base));
  for (const [at, label] of plain.entries()) {
    // Written with other letters than it shows: any of the names will do.
    const shown = label !== labels[at] ? firstLabels.get(label) : undefined;
    if (shown !== undefined && label.length >= 3) return shown;
  }
  const pieces = plain.flatMap((label) => label.split('-')).filter((piece) => piece !== '');
  for (const [at, piece] of pieces.entries()) {
    if (/^govvn|govvn$/.test(piece) || (piece === 'gov' && pieces[at + 1] === 'vn')) return 'chinhphu';
    if (piece === 'edu' && pieces[at + 1] === 'vn') return 'giaoduc';
  }
  // Hyphens may stand inside the name too.
  const joined = plain.filter((label) => label.includes('-')).map((label) => label.replaceAll('-', ''));
  for (const piece of [...pieces, ...joined]) {
    const found = nameIn(piece);
    if (found !== undefined) return found;
  }
  return abbreviationIn(pieces);
}

function nameIn(piece: string): string | undefined {
  const exact = parts.get(piece);
  if (exact !== undefined) return exact;
  const straight = skeleton(piece);
  const same = bones.get(straight);
  if (same !== undefined && straight.length >= 4) return same;
  if (piece.length < AT_EDGE) return undefined;
  const collapsed = single(straight);
  for (const { id, word, bones: wanted, short, not } of words) {
    if (word.length < AT_EDGE || piece.length < word.length - 1 || not.some((other) => piece.includes(other)))
      continue;
    if (piece.startsWith(word) || piece.endsWith(word)) return id;
    if (word.length >= 6 && piece.length > word.length && collapsed === short) return id;
    if (word.length < INSIDE) continue;
    if (piece.includes(word) || straight.includes(wanted) || oneEditApart(piece, word)) return id;
  }
  return undefined;
}

/** An abbreviation counts only in company: `vcb-xacthuc`, `vcbdigibank`. */
function abbreviationIn(pieces: readonly string[]): string | undefined {
  for (const { id, word } of abbreviations) {
    for (const piece of pieces) {
      if (piece === word) {
        if (pieces.some((other) => company.has(other))) return id;
      } else if (piece.startsWith(word) && company.has(piece.slice(word.length))) return id;
      else if (piece.endsWith(word) && company.has(piece.slice(0, -word.length))) return id;
    }
  }
  return undefined;
}

/** Words of a path that ask for something: only beside these a name in the path counts. */
const asking = new Set(
  'login log-in signin sign-in verify otp dang-nhap dangnhap xac-thuc xacthuc xac-minh xacminh cap-nhat capnhat confirm secure ebank ebanking nhan-qua nhanqua'.split(
    ' ',
  ),
);

/** The brand whose name or domain stands as a whole segment in the path of somebody else's address. */
export function borrowedInPath(path: string): string | undefined {
  if (path.length < 4) return undefined;
  const segments = path
    .toLowerCase()
    .split(/[/?#&=]/)
    .map((segment) => segment.replace(/\.(?:html?|php|aspx?)$/, ''))
    .filter((segment) => segment !== '');
  const asks = segments.some((segment) => asking.has(segment));
  for (const segment of segments) {
    const owner = owners.get(segment.replace(/^www\./, ''));
    if (owner !== undefined && owner !== 'google') return owner;
    const name = asks && segment.length >= AT_EDGE ? parts.get(segment) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}

/** True when one letter was put in, left out, replaced, or two neighbours changed places. */
function oneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const rest = (text: string, skip: number) => text.slice(at + skip);
  if (a.length > b.length) return rest(a, 1) === rest(b, 0);
  if (a.length < b.length) return rest(a, 0) === rest(b, 1);
  return (
    rest(a, 1) === rest(b, 1) || (a[at] === b[at + 1] && a[at + 1] === b[at] && rest(a, 2) === rest(b, 2))
  );
}
