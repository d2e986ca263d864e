import { dihedralOf } from './bits.ts';
import { HASH_BYTES } from './codec.ts';
import { CELLS, COSINES, FREQUENCIES } from './dct.ts';
import { wasmBase64 } from './generated/hash.ts';
import { type HashOptions, hashLuma, hashOfTooSmall, type PdqHash } from './hash.ts';
import { type Luma, lumaOf, type Pixels } from './luma.ts';

/** Hashes pictures one after another; the two kinds give the same bits. Not shared between threads: one for each. */
export interface Hasher {
  /** What computes: the WebAssembly core, or plain TypeScript where there is no WebAssembly with SIMD. */
  kind: 'wasm' | 'typescript';
  /** Brightness 0–255. */
  hashLuma(luma: Luma, options?: HashOptions): PdqHash;
  /** Samples of 8 bits. Throws a RangeError when they do not fill the picture. */
  hashPixels(pixels: Pixels, options?: HashOptions): PdqHash;
}

/** The exports of assembly/hash.ts. */
interface Core {
  memory: WebAssembly.Memory;
  tables(): number;
  result(): number;
  prepare(width: number, height: number): number;
  hash(): number;
}

const COEFFICIENTS = FREQUENCIES * FREQUENCIES;

/** A hasher on the WebAssembly core; on plain TypeScript when the engine refuses it, or when `kind` says so. */
export async function createHasher(kind: 'fastest' | 'typescript' = 'fastest'): Promise<Hasher> {
  const core = kind === 'fastest' ? await loadCore() : undefined;
  const hash = core ? (luma: Luma, options: HashOptions = {}) => hashInCore(core, luma, options) : hashLuma;
  return {
    kind: core ? 'wasm' : 'typescript',
    hashLuma: hash,
    hashPixels: (pixels, options) => hash(lumaOf(pixels), options),
  };
}

async function loadCore(): Promise<Core | undefined> {
  const bytes = Uint8Array.from(atob(wasmBase64), (letter) => letter.charCodeAt(0));
  let core: Core;
  try {
    const { instance } = await WebAssembly.instantiate(bytes);
    core = instance.exports as unknown as Core;
  } catch {
    // No SIMD, or a content policy without 'wasm-unsafe-eval': the other path gives the same bits.
    return undefined;
  }
  const tables = new Float32Array(core.memory.buffer, core.tables(), 2 * COSINES.length);
  tables.set(COSINES);
  const turned = COSINES.length;
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < CELLS; j++) tables[turned + j * FREQUENCIES + i] = COSINES[i * CELLS + j]!;
  }
  return core;
}

function hashInCore(core: Core, luma: Luma, options: HashOptions): PdqHash {
  const small = hashOfTooSmall(luma, options);
  if (small) return small;
  const { width, height } = luma;
  const at = core.prepare(width, height);
  if (at === 0) return hashLuma(luma, options);
  new Float32Array(core.memory.buffer, at, width * height).set(luma.data);
  const quality = core.hash();
  const result = core.result();
  const hash = new Uint8Array(core.memory.buffer, result + 4 * COEFFICIENTS, HASH_BYTES).slice();
  if (!options.dihedral) return { hash, quality };
  return {
    hash,
    quality,
    dihedral: dihedralOf(new Float32Array(core.memory.buffer, result, COEFFICIENTS)),
  };
}
