/** Cells of a side after downsampling. */
export const CELLS = 64;

/** Frequencies kept of each direction: 1–16 (0, the mean, says nothing of the picture's shape). */
export const FREQUENCIES = 16;

/** The cosines as doubles before they are rounded: row i (0–15), column j (0–63), row by row. */
export function exactCosines(): Float64Array {
  const scale = Math.fround(Math.sqrt(2 / CELLS));
  return Float64Array.from({ length: FREQUENCIES * CELLS }, (_, at) => {
    const i = Math.floor(at / CELLS);
    const j = at % CELLS;
    return scale * Math.cos((Math.PI / 2 / CELLS) * (i + 1) * (2 * j + 1));
  });
}

/** The matrix D of the transform, 16 × 64, row by row. */
export const COSINES: Float32Array<ArrayBuffer> = Float32Array.from(exactCosines());

/** D · cells · Dᵀ, 16 × 16, row by row: 32-bit floats, each sum over k ascending, product by product. */
export function transform(cells: Float32Array): Float32Array<ArrayBuffer> {
  const middle = new Float32Array(FREQUENCIES * CELLS);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < CELLS; j++) {
      let sum = 0;
      for (let k = 0; k < CELLS; k++) {
        sum = Math.fround(sum + Math.fround(COSINES[i * CELLS + k]! * cells[k * CELLS + j]!));
      }
      middle[i * CELLS + j] = sum;
    }
  }
  const coefficients = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < FREQUENCIES; j++) {
      let sum = 0;
      for (let k = 0; k < CELLS; k++) {
        sum = Math.fround(sum + Math.fround(middle[i * CELLS + k]! * COSINES[j * CELLS + k]!));
      }
      coefficients[i * FREQUENCIES + j] = sum;
    }
  }
  return coefficients;
}
