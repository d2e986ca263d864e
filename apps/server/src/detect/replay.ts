import { analyse } from '@keben/cues';
import type { JsonLine } from '../base/json-lines.ts';
import { readEvent } from './apply-event.ts';
import type { Assessment } from './assessment.ts';
import { CloudEvent, type EventBody } from './event.ts';
import { problemOf } from './event-problem.ts';
import { createMemoryDetection } from './memory.ts';
import { type BadLine, badLine, isEvent, type Line, plainText, screenText } from './offline/screen.ts';
import type { DetectionPolicy } from './policy.ts';

/** An assessment as `keben replay` prints it: `event` and the evidence are indexes of lines, from 0. */
type Told = Pick<
  Assessment,
  'account' | 'counterpart' | 'level' | 'score' | 'harm' | 'contributions' | 'rules' | 'actions'
> & { event: number };

export type ReplayedLine = (Line & { assessments: Told[] }) | BadLine;

/**
 * Runs lines through detection in memory, in their order, and yields one line for each: `{id, cues, harms, assessments}`,
 * or why it could not be read (detection then goes on without it). An event whose source and id were there already
 * raises nothing, as in the server.
 */
export async function* replay(
  lines: AsyncIterable<JsonLine>,
  policy: DetectionPolicy,
): AsyncGenerator<ReplayedLine> {
  const detection = createMemoryDetection(policy);
  const seen = new Set<string>();
  for await (const read of lines) {
    if ('problem' in read) yield badLine(read, read.problem);
    else if (isEvent(read.value)) yield replayEvent(read, read.value);
    else {
      const plain = plainText(read.value);
      yield typeof plain === 'string' ? badLine(read, plain) : { ...screenText(plain), assessments: [] };
    }
  }

  function replayEvent(read: JsonLine, value: unknown): ReplayedLine {
    const parsed = CloudEvent.safeParse(value);
    if (!parsed.success) {
      const { pointer, detail, mend } = problemOf(parsed.error.issues[0]);
      const how = pointer === '/type' ? mend : 'docs/integrators.md describes every field.';
      return badLine(read, `${pointer}: ${detail} ${how}`);
    }
    const { id, source, time, type, data } = parsed.data;
    const text = 'text' in data && data.text !== undefined ? data.text : null;
    const links = 'links' in data ? data.links : undefined;
    const alone = readEvent(
      {
        organisationId: '',
        position: read.index,
        source,
        eventId: id,
        time: new Date(time),
        body: { type, data } as EventBody,
      },
      text,
    );
    const name = `${source}\n${id}`;
    const repeated = seen.has(name);
    seen.add(name);
    const event = repeated ? alone : detection.read(alone);
    const raised = repeated ? [] : detection.apply(event);
    return {
      id,
      cues: event.cues,
      harms: event.cues.length === 0 && text === null ? {} : analyse(text ?? '', { links }).harms,
      assessments: raised.map(toTold),
    };
  }
}

function toTold(raised: Assessment): Told {
  const { account, counterpart, level, score, harm, contributions, position, rules, actions } = raised;
  return { account, counterpart, level, score, harm, contributions, event: position, rules, actions };
}
