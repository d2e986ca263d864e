import { z } from 'zod';
import { MOST_SIGNALS, SignalInput } from './banks/index.ts';

/** One line of `/v1/removals/export`: a picture or film by its hashes, and the platforms where it shall be stopped. */
const Line = z.object({
  platforms: z.array(z.string()),
  signals: z.array(SignalInput).min(1).max(MOST_SIGNALS),
});

/** Whether a text is such an export rather than a hash list: its first line is an object with signals. Pure. */
export function isRequestList(text: string): boolean {
  const [first] = linesOf(text);
  const told = first && parsed(first.text);
  return typeof told === 'object' && told !== null && 'signals' in told;
}

export interface ReadRequests {
  contents: z.infer<typeof Line>[];
  /** Lines (from 1) that could not be read, with what is wrong. */
  bad: { line: number; problem: string }[];
}

/** Reads an export of requests to take pictures down. Pure, never throws. */
export function readRequests(text: string): ReadRequests {
  const read: ReadRequests = { contents: [], bad: [] };
  for (const { line, text: told } of linesOf(text)) {
    const one = Line.safeParse(parsed(told));
    if (one.success) read.contents.push(one.data);
    else {
      const [issue] = one.error.issues;
      read.bad.push({
        line,
        problem: `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not valid'}`,
      });
    }
  }
  return read;
}

function linesOf(text: string): { line: number; text: string }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, text: line.trim() }))
    .filter((one) => one.text !== '');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Told as a line that is no object.
    return undefined;
  }
}
