/**
 * Writes a small ONNX model for tests: logits = features · weights + biases (Gemm), in the bytes of protobuf
 * (onnx.proto3 of ONNX 1.16; only the fields that are needed).
 */
export function tinyModel(options: {
  /** Row by row: one row a feature, one column an output. */
  weights: number[][];
  biases: number[];
  input?: string;
  output?: string;
}): Uint8Array {
  const { weights, biases, input = 'features', output = 'logits' } = options;
  const rows = weights.length;
  const columns = biases.length;
  const graph = [
    message(1, [text(1, input), text(1, 'w'), text(1, 'b'), text(2, output), text(4, 'Gemm')]),
    text(2, 'tiny'),
    message(5, tensor('w', [rows, columns], weights.flat())),
    message(5, tensor('b', [columns], biases)),
    message(11, valueInfo(input, [1, rows])),
    message(12, valueInfo(output, [1, columns])),
  ];
  // ir_version 8, opset 13 of the default domain.
  return Uint8Array.from([...number(1, 8), ...message(7, graph), ...message(8, [number(2, 13)])]);
}

const FLOAT = 1;

function tensor(name: string, dims: number[], values: number[]): number[][] {
  const raw = [...new Uint8Array(Float32Array.from(values).buffer)];
  return [...dims.map((dim) => number(1, dim)), number(2, FLOAT), text(8, name), bytes(9, raw)];
}

function valueInfo(name: string, dims: number[]): number[][] {
  const shape = dims.map((dim) => message(1, [number(1, dim)]));
  return [text(1, name), message(2, [message(1, [number(1, FLOAT), message(2, shape)])])];
}

function varint(value: number): number[] {
  const found: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) found.push((left % 128) | 128);
  return [...found, left];
}
const number = (field: number, value: number) => [...varint(field << 3), ...varint(value)];
const bytes = (field: number, value: number[]) => [
  ...varint((field << 3) | 2),
  ...varint(value.length),
  ...value,
];
const text = (field: number, value: string) => bytes(field, [...new TextEncoder().encode(value)]);
const message = (field: number, parts: number[][]) => bytes(field, parts.flat());
