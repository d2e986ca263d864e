import { dihedralOf } from './bits.ts';
import { HASH_BYTES } from './codec.ts';
import { CELLS, COSINES, FREQUENCIES } from './dct.ts';
import { wasmBase64 } from './generated/hash.ts';
import { checkLuma, type HashOptions, hashLuma, isTooSmall, type PdqHash } from './hash.ts';
import { fillLuma, type Luma, lumaOf, lumaSize, type Pixels } from './luma.ts';

/** Hashes pictures one after another; the two kinds give the same bits. Not shared between threads: one for each. */
export interface Hasher {
  /** What computes: the WebAssembly core, or plain TypeScript where there is no WebAssembly with SIMD. */
  kind: 'wasm' | 'typescript';
  /** Brightness 0–255. Throws a RangeError when the numbers do not fill the picture. */
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

/** Brightness with a longer side takes the plain way: its buffers could pass what 32 bits address. */
const LARGEST_IN_CORE = 8192;

const COEFFICIENTS = FREQUENCIES * FREQUENCIES;

/** A hasher on the WebAssembly core; on plain TypeScript when the engine refuses it, or when `kind` says so. */
export async function createHasher(kind: 'fastest' | 'typescript' = 'fastest'): Promise<Hasher> {
  const core = kind === 'fastest' ? await loadCore() : undefined;
  if (!core) {
    const hashPixels: Hasher['hashPixels'] = (pixels, options) => hashLuma(lumaOf(pixels), options);
    return { kind: 'typescript', hashLuma, hashPixels };
  }
  return {
    kind: 'wasm',
    hashLuma: (luma, options = {}) => {
      checkLuma(luma);
      const room = roomIn(core, luma);
      if (!room) return hashLuma(luma, options);
      room.data.set(luma.data.subarray(0, room.data.length));
      return finishIn(core, options);
    },
    hashPixels: (pixels, options = {}) => {
      const room = roomIn(core, lumaSize(pixels));
      if (!room) return hashLuma(lumaOf(pixels), options);
      fillLuma(pixels, room);
      return finishIn(core, options);
    },
  };
}

async function loadCore(): Promise<Core | undefined> {
  const bytes = Uint8Array.from(atob(wasmBase64), (letter) => letter.charCodeAt(0));
  let core: Core;
  try {
    const { instance } = await WebAssembly.instantiate(bytes);
    // The exports of assembly/hash.ts, which the compiler knows as any values.
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

/** Where the brightness of a picture goes; `undefined` when it is too small to be hashed or too large for the memory. */
function roomIn(core: Core, { width, height }: { width: number; height: number }): Luma | undefined {
  if (isTooSmall(width, height) || Math.max(width, height) > LARGEST_IN_CORE) return undefined;
  const at = core.prepare(width, height);
  return at === 0
    ? undefined
    : { data: new Float32Array(core.memory.buffer, at, width * height), width, height };
}

function finishIn(core: Core, options: HashOptions): PdqHash {
  const quality = core.hash();
  const result = core.result();
  const hash = new Uint8Array(core.memory.buffer, result + 4 * COEFFICIENTS, HASH_BYTES).slice();
  if (!options.dihedral) return { hash, quality };
  const coefficients = new Float32Array(core.memory.buffer, result, COEFFICIENTS);
  return { hash, quality, dihedral: dihedralOf(coefficients) };
}
