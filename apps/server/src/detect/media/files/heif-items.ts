/** One picture coded in HEVC, or tiles of one, as it lies in an HEIF file (ISO/IEC 23008-12). */
export interface HeifPicture {
  width: number;
  height: number;
  /** Tiles across and down; 1 and 1 when the picture is whole. */
  columns: number;
  rows: number;
  /** What has to be done to what is decoded, in this order. */
  turns: Turn[];
  /** The coded tiles, row by row, each with its parameter sets, as a stream of HEVC (Annex B). */
  tiles: Uint8Array[];
}

/** A turn of 90 degrees against the clock, so many times; or mirrored from left to right or from top to bottom. */
export type Turn = { kind: 'rotate'; quarters: number } | { kind: 'mirror'; axis: 'vertical' | 'horizontal' };

/** Pictures of 200 megapixels in tiles of 512 × 512 have 800. */
const MOST_TILES = 2000;

/** Files of phones have some fifty items. */
const MOST_ENTRIES = 10_000;

/**
 * Finds the main picture of an HEIF file and the coded tiles of which it is made; undefined when it is of another
 * codec. Throws a RangeError for what is damaged. Whatever the file says of itself, it takes little more memory than
 * the file.
 */
export function heifPicture(file: Uint8Array): HeifPicture | undefined {
  const meta = childOf(boxesIn(file, 0, file.length), 'meta');
  const inMeta = boxesIn(file, meta.from + 4, meta.to);
  const places = placesIn(readerAt(file, childOf(inMeta, 'iloc')));
  const types = typesIn(file, childOf(inMeta, 'iinf'));
  const properties = propertiesIn(file, childOf(inMeta, 'iprp'));
  const idat = inMeta.find(({ name }) => name === 'idat');
  let copied = 0;
  const dataOf = (id: number): Uint8Array => {
    const place = places.get(id) ?? damaged();
    const from = place.inIdat ? (idat ?? damaged()).from : 0;
    const end = place.inIdat ? (idat ?? damaged()).to : file.length;
    const parts = place.extents.map(({ at, length }) => {
      const start = from + at;
      const stop = length === 0 ? end : start + length;
      if (stop > end || start > stop) damaged();
      copied += stop - start;
      return file.subarray(start, stop);
    });
    // Tiles that all name the same bytes would make a large file of a small one.
    if (copied > file.length) damaged();
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  };

  const main = mainItem(file, childOf(inMeta, 'pitm'));
  const own = properties(main);
  const turns = own.flatMap(turnOf);
  const coded = (id: number) => hevcOf(dataOf(id), properties(id));
  if (types.get(main) === 'hvc1') {
    const size = own.find(({ name }) => name === 'ispe') ?? damaged();
    const read = readerOf(size.content, 4);
    return { width: read(4), height: read(4), columns: 1, rows: 1, turns, tiles: [coded(main)] };
  }
  if (types.get(main) !== 'grid') return undefined;
  const grid = gridOf(dataOf(main));
  const ids = tilesOf(file, inMeta, main);
  if (ids.length !== grid.columns * grid.rows || ids.length > MOST_TILES) damaged();
  if (ids.some((id) => types.get(id) !== 'hvc1')) return undefined;
  return { ...grid, turns, tiles: ids.map(coded) };
}

function damaged(): never {
  throw new RangeError('the file is damaged');
}

/** `from` and `to` are where its content lies in the file. */
interface Box {
  name: string;
  from: number;
  to: number;
}

function boxesIn(file: Uint8Array, from: number, to: number): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const read = readerOf(file, at);
    const said = read(4);
    const name = String.fromCharCode(read(1), read(1), read(1), read(1));
    const large = said === 1;
    const length = large ? read(8) : said === 0 ? to - at : said;
    const head = large ? 16 : 8;
    if (length < head || at + length > to) {
      // What follows the part that tells of the pictures may be cut off.
      if (name === 'mdat') break;
      damaged();
    }
    if (found.length === MOST_ENTRIES) damaged();
    found.push({ name, from: at + head, to: at + length });
    at += length;
  }
  return found;
}

const childOf = (boxes: Box[], wanted: string): Box => boxes.find(({ name }) => name === wanted) ?? damaged();

const countOf = (count: number): number => (count > MOST_ENTRIES ? damaged() : count);

type Bytes = 0 | 1 | 2 | 4 | 8;
type Read = (bytes: Bytes) => number;

/** Reads unsigned numbers one after another; throws where the bytes end. */
function readerOf(bytes: Uint8Array, start: number, end = bytes.length): Read {
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  let at = start;
  return (size) => {
    const from = at;
    at += size;
    if (at > end) damaged();
    if (size === 0) return 0;
    if (size === 1) return view.getUint8(from);
    if (size === 2) return view.getUint16(from);
    return size === 4 ? view.getUint32(from) : Number(view.getBigUint64(from));
  };
}

const readerAt = (file: Uint8Array, { from, to }: Box) => readerOf(file, from, to);

function mainItem(file: Uint8Array, pitm: Box): number {
  const read = readerAt(file, pitm);
  return read(4) >>> 24 === 0 ? read(2) : read(4);
}

interface Place {
  inIdat: boolean;
  /** A length of 0 means: to the end. */
  extents: { at: number; length: number }[];
}

function placesIn(read: Read): Map<number, Place> {
  const version = read(4) >>> 24;
  const sizes = read(2);
  const size = (shift: number): Bytes => {
    const bytes = (sizes >>> shift) & 15;
    return bytes === 0 || bytes === 4 || bytes === 8 ? bytes : damaged();
  };
  const [offset, length, base, index] = [size(12), size(8), size(4), version === 0 ? 0 : size(0)];
  const wide = version >= 2 ? 4 : 2;
  const found = new Map<number, Place>();
  for (let left = countOf(read(wide)); left > 0; left--) {
    const id = read(wide);
    const method = version === 0 ? 0 : read(2) & 15;
    if (read(2) !== 0 || method > 1) damaged();
    const from = read(base);
    const extents: Place['extents'] = [];
    const extentSize = index + offset + length;
    for (let count = read(2); count > 0; count--) {
      if (extentSize === 0 && count > 1) damaged();
      read(index);
      extents.push({ at: from + read(offset), length: read(length) });
    }
    found.set(id, { inIdat: method === 1, extents });
  }
  return found;
}

function typesIn(file: Uint8Array, iinf: Box): Map<number, string> {
  const version = readerAt(file, iinf)(4) >>> 24;
  const found = new Map<number, string>();
  for (const entry of boxesIn(file, iinf.from + (version === 0 ? 6 : 8), iinf.to)) {
    const read = readerAt(file, entry);
    const own = read(4) >>> 24;
    if (entry.name !== 'infe' || own < 2) continue;
    const id = read(own === 2 ? 2 : 4);
    read(2);
    found.set(id, String.fromCharCode(read(1), read(1), read(1), read(1)));
  }
  return found;
}

interface Property {
  name: string;
  content: Uint8Array;
}

/** What the file says of each item, in the order in which it has to be done. */
function propertiesIn(file: Uint8Array, iprp: Box): (id: number) => Property[] {
  const inside = boxesIn(file, iprp.from, iprp.to);
  const container = childOf(inside, 'ipco');
  const all = boxesIn(file, container.from, container.to).map(({ name, from, to }) => ({
    name,
    content: file.subarray(from, to),
  }));
  const found = new Map<number, Property[]>();
  for (const box of inside.filter(({ name }) => name === 'ipma')) {
    const read = readerAt(file, box);
    const head = read(4);
    for (let left = countOf(read(4)); left > 0; left--) {
      const id = read(head >>> 24 === 0 ? 2 : 4);
      const own: Property[] = [];
      for (let count = read(1); count > 0; count--) {
        const number = (head & 1) === 1 ? read(2) & 0x7fff : read(1) & 0x7f;
        const property = all[number - 1];
        if (property) own.push(property);
      }
      found.set(id, own);
    }
  }
  return (id) => found.get(id) ?? [];
}

function turnOf({ name, content }: Property): Turn[] {
  if (name === 'irot') return [{ kind: 'rotate', quarters: (content[0] ?? 0) & 3 }];
  if (name === 'imir') return [{ kind: 'mirror', axis: (content[0] ?? 0) & 1 ? 'vertical' : 'horizontal' }];
  return [];
}

function gridOf(content: Uint8Array) {
  const read = readerOf(content, 1);
  const wide = (read(1) & 1) === 1 ? 4 : 2;
  const rows = read(1) + 1;
  const columns = read(1) + 1;
  return { rows, columns, width: read(wide), height: read(wide) };
}

/** The items of which a picture is made, row by row. */
function tilesOf(file: Uint8Array, inMeta: Box[], main: number): number[] {
  const iref = childOf(inMeta, 'iref');
  const wide = readerAt(file, iref)(4) >>> 24 === 0 ? 2 : 4;
  for (const reference of boxesIn(file, iref.from + 4, iref.to)) {
    const read = readerAt(file, reference);
    if (reference.name !== 'dimg' || read(wide) !== main) continue;
    return Array.from({ length: read(2) }, () => read(wide));
  }
  return damaged();
}

const START = Uint8Array.of(0, 0, 0, 1);

/** The units of a coded picture behind the parameter sets that its decoder needs, each behind a start code. */
function hevcOf(data: Uint8Array, properties: Property[]): Uint8Array {
  const settings = properties.find(({ name }) => name === 'hvcC')?.content ?? damaged();
  const parts: Uint8Array[] = [];
  const unit = (bytes: Uint8Array, at: number, length: number) => {
    if (at + length > bytes.length) damaged();
    parts.push(START, bytes.subarray(at, at + length));
    return at + length;
  };
  const size = ((settings[21] ?? damaged()) & 3) + 1;
  let at = 23;
  for (let arrays = settings[22] ?? damaged(); arrays > 0; arrays--) {
    let units = readerOf(settings, at + 1)(2);
    at += 3;
    for (; units > 0; units--) at = unit(settings, at + 2, readerOf(settings, at)(2));
  }
  for (at = 0; at < data.length; ) {
    if (at + size > data.length) damaged();
    let length = 0;
    for (let byte = 0; byte < size; byte++) length = length * 256 + data[at + byte]!;
    at = unit(data, at + size, length);
  }
  return Buffer.concat(parts);
}
