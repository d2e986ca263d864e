/**
 * Trains the model of scam hosts (`node packages/cues/scripts/train-hosts.ts`): docs/models/hosts.md. Reads the public
 * list beside the repository and our own innocuous hosts, writes packages/cues/generated/hosts.json. Same input, same file.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getDomain, getPublicSuffix } from 'tldts';
import brands from '../generated/brands.json' with { type: 'json' };
import { borrowedName } from '../src/brands.ts';
import type { HostModelFile } from '../src/host-risk.ts';
import { HOST_BUCKETS, hostRows } from '../src/host-rows.ts';
import { unicodeHost } from '../src/punycode.ts';
import { seeded } from './evasions.ts';
import { genuineHosts, inventedHosts } from './innocuous-hosts.ts';
import { calibrate, fit, type Sample } from './logistic.ts';

const scamList = join(import.meta.dirname, '../../../../shared/data/links/scam-hosts-vn.txt');
const target = join(import.meta.dirname, '../generated/hosts.json');

const FOLDS = 5;
const INVENTED = 16_000;
/** A genuine host counts this many times an invented one: there are few, and they are what must be left alone. */
const GENUINE_WEIGHT = 6;
/** Share of held-out genuine hosts that may be told as risky. */
const FALSE_ALARMS = 0.005;
const settings = { epochs: 8, alpha: 0.3, beta: 1, l1: 0.2, l2: 0.5 };

interface Host {
  host: string;
  kind: 'scam' | 'genuine' | 'invented';
  fold: number;
}

export interface HostReport {
  scams: number;
  genuine: number;
  invented: number;
  threshold: number;
  recall: number;
  /** With look-alikes of brands, which need no model. */
  recallWithNames: number;
  falseAlarms: { genuine: number; invented: number };
  /** Precision when one host in so many is a scam. */
  precision: Record<string, number>;
  /** Expected calibration error, scams and innocuous hosts counted alike. */
  ece: number;
  bytes: number;
  told: string[];
}

/**
 * Trains, measures on held-out registrable domains (5 folds) and writes the file; undefined where the public list is
 * missing (the committed file stays).
 */
export function trainHosts(): HostReport | undefined {
  if (!existsSync(scamList)) return undefined;
  const hosts = allHosts();
  const sums = heldOutSums(hosts);
  const truths = hosts.map(({ kind }) => kind === 'scam');
  const scams = truths.filter(Boolean).length;
  const balance = hosts.map(({ kind }) =>
    kind === 'scam' ? 1 : (kind === 'genuine' ? GENUINE_WEIGHT : 1) * (scams / weightOfOthers(hosts)),
  );
  const { slope, offset } = calibrate(sums, truths, balance);
  const chances = sums.map((sum) => 1 / (1 + Math.exp(-(slope * sum + offset))));
  const threshold = thresholdOf(hosts, chances);

  const final = train(hosts, 97);
  const step = Number((largest(final.values) / 127).toPrecision(6));
  const bytes = new Int8Array(HOST_BUCKETS);
  for (let row = 0; row < HOST_BUCKETS; row++)
    bytes[row] = Math.max(-127, Math.min(127, Math.round((final.values[row] as number) / step)));
  const round = (value: number) => Number(value.toPrecision(6));
  const weights = Buffer.from(bytes.buffer).toString('base64');
  const file: HostModelFile = {
    version: `hosts-${createHash('sha256').update(weights).digest('hex').slice(0, 12)}`,
    threshold,
    bias: round(final.biases[0] as number),
    step,
    slope: round(slope),
    offset: round(offset),
    weights,
  };
  const text = `${JSON.stringify(file, null, 1)}\n`;
  writeFileSync(target, text);
  return report(hosts, chances, balance, threshold, text.length);
}

function allHosts(): Host[] {
  const scam = new Set(
    readFileSync(scamList, 'utf8')
      .split('\n')
      .map((line) =>
        line
          .trim()
          .toLowerCase()
          .replace(/^www\./, ''),
      )
      // Some lines are whole addresses on sites that many share: their hosts are no scams.
      .filter((line) => /^[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(line)),
  );
  const genuine = new Set([
    ...genuineHosts(),
    ...brands.known,
    ...brands.brands.flatMap(({ domains }) => domains.filter((domain) => domain.includes('.'))),
  ]);
  const invented = inventedHosts(INVENTED, seeded(11));
  const group = (host: string, kind: Host['kind']): Host => ({
    host,
    kind,
    fold: foldOf(getDomain(host) ?? host),
  });
  return [
    ...[...scam].filter((host) => !genuine.has(host)).map((host) => group(host, 'scam')),
    ...[...genuine].map((host) => group(host, 'genuine')),
    ...invented
      .filter((host) => !scam.has(host) && !genuine.has(host))
      .map((host) => group(host, 'invented')),
  ];
}

/** All hosts of a registrable domain are in one fold. */
function foldOf(domain: string): number {
  return (createHash('sha256').update(domain).digest()[0] ?? 0) % FOLDS;
}

function sampleOf({ host, kind }: Host): Sample {
  const rows = Uint32Array.from(hostRows(host));
  return {
    rows,
    counts: new Float32Array(rows.length).fill(1 / Math.sqrt(rows.length)),
    targets: Uint8Array.of(kind === 'scam' ? 1 : 0),
    weights: Float32Array.of(kind === 'genuine' ? GENUINE_WEIGHT : 1),
  };
}

const train = (hosts: readonly Host[], seed: number) => fit(hosts.map(sampleOf), 1, settings, seeded(seed));

/** The sum of every host by a model that has not seen its domain. */
function heldOutSums(hosts: readonly Host[]): number[] {
  const sums = new Array<number>(hosts.length).fill(0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const { values, biases } = train(
      hosts.filter((host) => host.fold !== fold),
      97 + fold,
    );
    hosts.forEach((one, at) => {
      if (one.fold !== fold) return;
      const rows = hostRows(one.host);
      const sum = rows.reduce((total, row) => total + (values[row] as number), 0);
      sums[at] = sum / Math.sqrt(rows.length) + (biases[0] as number);
    });
  }
  return sums;
}

function weightOfOthers(hosts: readonly Host[]): number {
  return hosts.reduce(
    (sum, { kind }) => sum + (kind === 'genuine' ? GENUINE_WEIGHT : kind === 'invented' ? 1 : 0),
    0,
  );
}

/** The least probability, not below 0.9, at which few enough genuine and invented hosts are told. */
function thresholdOf(hosts: readonly Host[], chances: readonly number[]): number {
  const needed = (['genuine', 'invented'] as const).map((kind) => {
    const own = chances.filter((_, at) => hosts[at]?.kind === kind).sort((a, b) => b - a);
    return own[Math.floor(own.length * FALSE_ALARMS)] ?? 1;
  });
  return Number(Math.max(0.9, ...needed.map((chance) => chance + 1e-4)).toFixed(4));
}

function borrows(host: string): boolean {
  const suffix = getPublicSuffix(host) ?? '';
  return borrowedName(unicodeHost(host.slice(0, -suffix.length - 1)).split('.')) !== undefined;
}

function largest(values: Float32Array): number {
  const sizes = values
    .filter((value) => value !== 0)
    .map(Math.abs)
    .sort();
  return sizes[Math.floor(sizes.length * 0.9995)] ?? 1;
}

function report(
  hosts: readonly Host[],
  chances: readonly number[],
  weights: readonly number[],
  threshold: number,
  bytes: number,
): HostReport {
  const share = (kind: Host['kind']) => {
    const own = chances.filter((_, at) => hosts[at]?.kind === kind);
    return own.filter((chance) => chance >= threshold).length / own.length;
  };
  const recall = share('scam');
  const scams = hosts.flatMap((host, at) =>
    host.kind === 'scam' ? [{ host: host.host, chance: chances[at] as number }] : [],
  );
  const withNames =
    scams.filter(({ host, chance }) => chance >= threshold || borrows(host)).length / scams.length;
  const falseAlarms = { genuine: share('genuine'), invented: share('invented') };
  const worst = Math.max(falseAlarms.genuine, falseAlarms.invented);
  const precisionAt = (oneIn: number) => recall / (recall + (oneIn - 1) * worst);
  let ece = 0;
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  for (let bin = 0; bin < 10; bin++) {
    let chance = 0;
    let truth = 0;
    chances.forEach((one, at) => {
      if (Math.min(9, Math.floor(one * 10)) !== bin) return;
      chance += one * (weights[at] as number);
      if (hosts[at]?.kind === 'scam') truth += weights[at] as number;
    });
    ece += Math.abs(chance - truth) / whole;
  }
  const count = (kind: Host['kind']) => hosts.filter((host) => host.kind === kind).length;
  return {
    scams: count('scam'),
    genuine: count('genuine'),
    invented: count('invented'),
    threshold,
    recall,
    recallWithNames: withNames,
    falseAlarms,
    precision: { '1 in 2': precisionAt(2), '1 in 10': precisionAt(10), '1 in 100': precisionAt(100) },
    ece,
    bytes,
    told: hosts
      .filter(({ kind }, at) => kind === 'genuine' && (chances[at] as number) >= threshold)
      .map(({ host }) => host),
  };
}

if (import.meta.main) {
  const told = trainHosts();
  console.log(
    told ??
      'The list of scam hosts is not there (../shared/data/links/): generated/hosts.json stays as it is.',
  );
}
