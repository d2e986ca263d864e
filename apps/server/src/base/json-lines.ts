import { createReadStream } from 'node:fs';

/** A line of the input: `index` counts lines with something in them from 0, `line` all of them from 1. */
export type JsonLine = { index: number; line: number } & ({ value: unknown } | { problem: string });

/** Longest line in bytes; a longer one is told of and passed over, so that no input fills the memory. */
const LONGEST = 16 * 2 ** 20;
const NEWLINE = 10;

/**
 * Lines of an NDJSON file (or `-` for standard input): UTF-8, ended by LF or CRLF, with or without a byte order mark.
 * Lines of white space alone are passed over. A line that is no JSON comes with what is wrong with it instead of a value.
 * Split at LF only: JSON may hold U+2028, which readline takes for the end of a line.
 */
export async function* jsonLines(path: string): AsyncGenerator<JsonLine> {
  const input: AsyncIterable<Buffer> = path === '-' ? process.stdin : createReadStream(path);
  let index = 0;
  let line = 0;
  for await (const bytes of lines(input)) {
    line++;
    if (bytes === 'too long') {
      yield { index: index++, line, problem: `longer than ${LONGEST / 2 ** 20} MB. Split it up.` };
      continue;
    }
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      yield { index: index++, line, problem: 'not UTF-8. Save the file as UTF-8.' };
      continue;
    }
    if (text.trim() === '') continue;
    yield { index: index++, line, ...parsed(text) };
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function parsed(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // What JSON.parse says quotes the line, which may be what a child wrote.
    const array = text.trimStart().startsWith('[');
    return {
      problem: array
        ? 'not JSON. Give one JSON value a line (NDJSON), not one array over several lines.'
        : 'not JSON. Give one complete JSON value a line (NDJSON).',
    };
  }
}

async function* lines(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer | 'too long'> {
  let begun: Buffer[] = [];
  let size = 0;
  const finish = (end: Buffer): Buffer | 'too long' => {
    const whole = size + end.length > LONGEST ? 'too long' : Buffer.concat([...begun, end]);
    begun = [];
    size = 0;
    return whole;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      yield finish(chunk.subarray(from, to));
      from = to + 1;
    }
    size += chunk.length - from;
    // Of a line that is too long only the length is still wanted.
    if (size <= LONGEST) begun.push(chunk.subarray(from));
    else begun = [];
  }
  if (size > 0) yield finish(Buffer.alloc(0));
}
