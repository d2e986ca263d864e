import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Random } from './evasions.ts';

const folder = join(import.meta.dirname, '../hosts');

/** Genuine hosts written down by us (packages/cues/hosts/genuine.txt). */
export function genuineHosts(): string[] {
  const lines = readFileSync(join(folder, 'genuine.txt'), 'utf8').split('\n');
  return [
    ...new Set(
      lines.filter((line) => !line.startsWith('#')).flatMap((line) => line.split(' ').filter(Boolean)),
    ),
  ];
}

/** Suffixes at about the rate at which honest small sites have them; the cheap ones too, so that they do not decide alone. */
const endsVi: [string, number][] = [
  ['vn', 30],
  ['com.vn', 28],
  ['com', 30],
  ['net', 3],
  ['org', 1],
  ['edu.vn', 3],
  ['shop', 1],
  ['online', 1],
  ['store', 1],
  ['xyz', 1],
  ['top', 0.5],
  ['site', 1],
  ['info', 1],
];
const endsEn: [string, number][] = [
  ['com', 52],
  ['org', 9],
  ['net', 5],
  ['io', 3],
  ['co', 2],
  ['dev', 2],
  ['app', 1.5],
  ['me', 1.5],
  ['info', 1],
  ['co.uk', 4],
  ['de', 3],
  ['fr', 2],
  ['com.au', 2],
  ['ca', 1.5],
  ['jp', 1],
  ['in', 1],
  ['sg', 1],
  ['us', 1],
  ['eu', 1],
  ['blog', 1],
  ['shop', 1],
  ['online', 1],
  ['store', 1],
  ['xyz', 1.5],
  ['club', 1],
  ['top', 0.5],
  ['site', 1],
  ['life', 0.7],
  ['live', 0.7],
  ['pro', 0.5],
  ['fun', 0.5],
  ['vip', 0.2],
  ['cc', 0.5],
  ['tv', 0.7],
  ['biz', 0.5],
];

/** Innocuous hosts put together from packages/cues/hosts/words.yaml; the same source of numbers gives the same hosts. */
export function inventedHosts(count: number, random: Random): string[] {
  const lists = parse(readFileSync(join(folder, 'words.yaml'), 'utf8')) as Record<string, string>;
  const listOf = (name: string) => (lists[name] ?? '').split(/\s+/).filter(Boolean);
  const [vi, names, places, en, people] = ['vi', 'names', 'places', 'en', 'people'].map(listOf) as [
    string[],
    string[],
    string[],
    string[],
    string[],
  ];
  const one = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  /** Neighbours in a list are words that go together (`noi that`, `minh anh`). */
  const pair = (list: readonly string[]) => {
    const at = Math.floor(random() * (list.length - 1));
    return `${list[at]}${list[at + 1]}`;
  };
  const end = (ends: [string, number][]) => {
    let rest = random() * ends.reduce((sum, [, share]) => sum + share, 0);
    for (const [suffix, share] of ends) {
      rest -= share;
      if (rest <= 0) return suffix;
    }
    return 'com';
  };
  const join2 = (...parts: string[]) => parts.join(random() < 0.2 ? '-' : '');
  const letters = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
  const syllables = (length: number) =>
    Array.from(
      { length },
      () => letters('bcdfglmnprstvz', 1) + letters('aeiou', 1) + (random() < 0.3 ? letters('nrls', 1) : ''),
    ).join('');
  const kinds: [number, () => string][] = [
    [12, () => `${join2(pair(vi), pair(names))}.${end(endsVi)}`],
    [6, () => `${join2(pair(vi), one(places))}.${end(endsVi)}`],
    [
      5,
      () =>
        `${pair(vi)}${random() < 0.3 ? one(['24h', '247', '365', '123', '86', '99', '2010', 'vn', '68']) : ''}.${end(endsVi)}`,
    ],
    [
      4,
      () =>
        `${join2(one(['shop', 'quan', 'tiem', 'nha', 'xuong', 'kho', 'cua-hang', 'cty']), pair(names))}.${end(endsVi)}`,
    ],
    [
      4,
      () =>
        `${one(['thpt', 'thcs', 'th', 'mn', 'c3', 'c2', 'tieuhoc', 'mamnon'])}${one(['', '-'])}${pair(names)}.${one(['', `${one(places)}.`])}edu.vn`,
    ],
    [
      2,
      () =>
        `${one(['so', 'ubnd', 'sgd', 'phuong', 'xa', 'huyen', 'quan'])}${pair(names)}.${one(places)}.gov.vn`,
    ],
    [18, () => `${join2(one(en), one(en))}.${end(endsEn)}`],
    [5, () => `${join2(one(en), one(en), one(en))}.${end(endsEn)}`],
    [6, () => `${join2(one(people), one(people))}.${end(endsEn)}`],
    [5, () => `${join2(one(people), one(en))}.${end(endsEn)}`],
    [4, () => `${one(en)}${one(['', 's', 'er', 'ly', 'ify', 'hub', 'base', 'kit', 'box'])}.${end(endsEn)}`],
    [
      7,
      () =>
        `${syllables(2 + Math.floor(random() * 2))}${one(['', '', 'x', 'a', 'tech', 'labs'])}.${end(endsEn)}`,
    ],
    [
      4,
      () =>
        `${letters('abcdefghiklmnopqrstuvw', 3 + Math.floor(random() * 2))}.${one(['com', 'com', 'vn', 'com.vn', 'org', 'net', 'org.vn'])}`,
    ],
    [3, () => `${one(en)}${Math.floor(random() * 100)}.${end(endsEn)}`],
    [
      6,
      () =>
        `${one(['blog', 'shop', 'mail', 'docs', 'en', 'm', 'news', 'forum', 'support', 'cdn', 'api', 'store', 'hoc', 'tuyensinh', 'wiki', 'learn', 'id', 'app'])}.${join2(one(en), one(en))}.${end(endsEn)}`,
    ],
    [
      5,
      () =>
        `${join2(one(people), one(en))}.${one(['blogspot.com', 'github.io', 'wordpress.com', 'weebly.com', 'wixsite.com', 'netlify.app', 'vercel.app', 'substack.com', 'itch.io', 'tumblr.com', 'gitbook.io', 'web.app', 'pages.dev'])}`,
    ],
  ];
  const whole = kinds.reduce((sum, [share]) => sum + share, 0);
  const hosts = new Set<string>();
  while (hosts.size < count) {
    let rest = random() * whole;
    const kind = kinds.find(([share]) => {
      rest -= share;
      return rest <= 0;
    });
    if (kind) hosts.add(kind[1]());
  }
  return [...hosts];
}
