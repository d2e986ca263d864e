import type { ModelHead } from '../src/model.ts';
import type { Weights } from './logistic.ts';

/** Largest share of an output's weights that may be cut to the largest byte. */
const CLIPPED = 0.0005;

/** Rounds weights to bytes, output by output, and writes the file that {@link parseModel} reads. */
export function packWeights({ width, values }: Weights): {
  steps: number[];
  kept: number;
  file(head: ModelHead): Uint8Array;
} {
  const steps = Array.from({ length: width }, (_, k) => {
    const sizes: number[] = [];
    for (let at = k; at < values.length; at += width) {
      const size = Math.abs(values[at] as number);
      if (size > 0) sizes.push(size);
    }
    sizes.sort((a, b) => b - a);
    const largest = sizes[Math.floor(sizes.length * CLIPPED)] ?? 1;
    return Number((largest / 127).toPrecision(6));
  });
  const bytes: number[] = [];
  let zeros = 0;
  let kept = 0;
  for (let at = 0; at < values.length; at++) {
    const step = steps[at % width] as number;
    const byte = Math.max(-127, Math.min(127, Math.round((values[at] as number) / step)));
    if (byte === 0) {
      zeros++;
      continue;
    }
    for (; zeros >= 255; zeros -= 255) bytes.push(255);
    bytes.push(zeros, byte & 0xff);
    zeros = 0;
    kept++;
  }
  return {
    steps,
    kept,
    file(head) {
      const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
      const whole = new Uint8Array(line.length + bytes.length);
      whole.set(line);
      whole.set(bytes, line.length);
      return whole;
    },
  };
}
