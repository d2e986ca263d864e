/** Kinds of hashes that a bank holds. `vpdq`: the PDQ hash of one frame of a film. */
export const signalKinds = ['pdq', 'vpdq', 'md5', 'sha1', 'sha256'] as const;
export type SignalKind = (typeof signalKinds)[number];

/** Hexadecimal digits of each kind. */
export const signalDigits: Record<SignalKind, number> = { pdq: 64, vpdq: 64, md5: 32, sha1: 40, sha256: 64 };

/** Below this a picture has too little shape to be told from others (PDQ's authors, ThreatExchange). */
export const PDQ_QUALITY = 50;
/** PDQ hashes that differ in at most so many of 256 bits count as the same picture (PDQ's authors). */
export const PDQ_RADIUS = 31;
/** The widest threshold of a bank: wider ones mix up different pictures. */
export const WIDEST_RADIUS = 40;

/** One hash of a content. */
export interface Signal {
  kind: SignalKind;
  /** Lower-case hexadecimal. */
  value: string;
  quality?: number | undefined;
  seconds?: number | undefined;
}

/** Where a signal stands: what the ids of the index in memory say. */
export interface SignalPlace {
  /** 1–16383 */
  bank: number;
  /** up to 2³⁴ − 1 */
  content: number;
  /** 0–65535 */
  ordinal: number;
}

export const MOST_SIGNALS = 65_536;

/** `bank (14 bits) | content (34) | ordinal (16)`. */
export function indexId({ bank, content, ordinal }: SignalPlace): bigint {
  return (BigInt(bank) << 50n) | (BigInt(content) << 16n) | BigInt(ordinal);
}

/** The inverse of {@link indexId}. */
export function placeOf(id: bigint): SignalPlace {
  return {
    bank: Number(id >> 50n),
    content: Number((id >> 16n) & 0x3ffffffffn),
    ordinal: Number(id & 0xffffn),
  };
}
