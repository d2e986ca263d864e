import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { analyse } from '@keben/cues';
import { readEvent } from './apply-event.ts';
import { CloudEvent } from './event.ts';
import { createMemoryDetection } from './memory.ts';
import type { DetectionPolicy } from './policy.ts';

interface Line {
  id: string;
  cues: { cue: string; score: number; start: number; end: number }[];
  harms: Record<string, number>;
}

/** One line of `keben screen`: what the text alone shows. */
export function screenLine(input: { id: string; text: string; lang?: 'vi' | 'en' }): Line {
  const { cues, harms } = analyse(input.text, input.lang === undefined ? {} : { lang: input.lang });
  return { id: input.id, cues, harms };
}

/** A line that could not be read: its number (from 1) and why. */
export class LineError extends Error {
  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`);
    this.name = 'LineError';
  }
}

/**
 * Runs events of an NDJSON file through detection in memory, in the order of the file, and yields one line per input:
 * `{ id, cues, harms, assessments: [{ level, account, counterpart, score, harm, contributions, event }] }`
 * where `event` and each contribution's evidence are indexes of input lines (from 0).
 * @throws LineError when a line is neither a CloudEvent of ours nor `{id, text, lang?}`.
 */
export async function* replay(
  path: string,
  policy: DetectionPolicy,
): AsyncGenerator<Line & { assessments: unknown[] }> {
  const detection = createMemoryDetection(policy);
  for await (const { index, value } of jsonLines(path)) {
    const plain = plainText(value);
    if (plain) {
      yield { ...screenLine(plain), assessments: [] };
      continue;
    }
    const parsed = CloudEvent.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new LineError(
        index + 1,
        `/${issue?.path.join('/') ?? ''} ${issue?.message ?? 'not a CloudEvent'}`,
      );
    }
    const { type, data } = parsed.data;
    const text = 'text' in data && data.text !== undefined ? data.text : null;
    const links = 'links' in data ? data.links : undefined;
    const alone = readEvent(
      {
        organisationId: '',
        position: index,
        source: parsed.data.source,
        eventId: parsed.data.id,
        time: new Date(parsed.data.time),
        body: { type, data } as never,
      },
      text,
    );
    const event = detection.read(alone);
    const raised = detection.apply(event);
    yield {
      id: parsed.data.id,
      cues: event.cues,
      harms: event.cues.length === 0 && text === null ? {} : analyse(text ?? '', { links }).harms,
      assessments: raised.map(
        ({ account, counterpart, level, score, harm, contributions, position, rules, actions }) => ({
          account,
          counterpart,
          level,
          score,
          harm,
          contributions,
          event: position,
          rules,
          actions,
        }),
      ),
    };
  }
}

/** Lines of an NDJSON file (or `-` for standard input) as JSON values; empty lines are passed over. */
export async function* jsonLines(path: string): AsyncGenerator<{ index: number; value: unknown }> {
  const input = path === '-' ? process.stdin : createReadStream(path, 'utf8');
  let index = 0;
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new LineError(line, `not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
    }
    yield { index: index++, value };
  }
}

export function plainText(value: unknown): { id: string; text: string; lang?: 'vi' | 'en' } | undefined {
  if (typeof value !== 'object' || value === null || 'specversion' in value) return undefined;
  const { id, text, lang } = value as Record<string, unknown>;
  if (typeof id !== 'string' || typeof text !== 'string') return undefined;
  return lang === 'vi' || lang === 'en' ? { id, text, lang } : { id, text };
}
