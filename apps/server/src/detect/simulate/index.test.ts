import { describe, expect, it } from 'vitest';
import { CloudEvent } from '../event.ts';
import { loadSimulationContent } from './content.ts';
import { type SimulationOptions, simulate, simulationLabels } from './index.ts';
import { seededRandom } from './random.ts';

const options: SimulationOptions = {
  seed: 7,
  accounts: 300,
  events: 3000,
  start: new Date('2026-11-17T00:00:00Z'),
  harmfulPerThousand: 40,
};
const stream = [...simulate(options)];
const labels = simulationLabels(options);

describe('simulate', () => {
  it('gives exactly the events asked for, valid, in order of time, each id once', () => {
    expect(stream).toHaveLength(options.events);
    for (const event of stream) expect(CloudEvent.safeParse(event).error).toBeUndefined();
    const times = stream.map((event) => event.time);
    expect(times).toEqual([...times].sort());
    expect(new Set(stream.map((event) => event.id)).size).toBe(options.events);
    const week = options.start.getTime() + 7 * 86_400_000;
    expect(Date.parse(times.at(-1) ?? '')).toBeLessThanOrEqual(week);
  });

  it('is the same for the same seed and another for another', () => {
    expect(JSON.stringify([...simulate(options)])).toBe(JSON.stringify(stream));
    expect(JSON.stringify([...simulate({ ...options, seed: 8 })])).not.toBe(JSON.stringify(stream));
  });

  it('registers every account first', () => {
    const registered = new Set<string>();
    for (const event of stream) {
      if (event.type === 'account.registered') registered.add(event.data.account.id);
      if (event.type === 'message.sent') {
        expect(registered).toContain(event.data.from.id);
        for (const party of event.data.to) expect(registered).toContain(party.id);
      }
    }
    expect(registered.size).toBe(options.accounts);
  });

  it('labels every kind of harm by an event that is in the stream', () => {
    expect(new Set(labels.map((label) => label.kind)).size).toBe(11);
    const byId = new Map(stream.map((event) => [event.id, event]));
    for (const label of labels) {
      const first = byId.get(label.firstEvent);
      expect(first && 'from' in first.data ? first.data.from.id : '').toBe(label.account);
      expect(label.victims.length).toBeGreaterThan(0);
      expect(label.victims).not.toContain(label.account);
      expect(label.gravestEvent && byId.has(label.gravestEvent)).toBe(true);
    }
  });

  it('returns the labels when the stream is at its end', () => {
    const generator = simulate(options);
    let step = generator.next();
    while (!step.done) step = generator.next();
    expect(step.value).toEqual(labels);
  });

  it('keeps harm out when none is asked for, and says when there is no room', () => {
    expect(simulationLabels({ ...options, harmfulPerThousand: 0 })).toEqual([]);
    expect(() => simulationLabels({ ...options, events: 400 })).toThrow(/need more than/);
  });
});

describe('content/simulate', () => {
  const content = loadSimulationContent();
  const everything = [
    ...content.topics.flatMap((topic) => topic.lines.map((line) => ({ line, lang: topic.lang }))),
    ...content.playbooks.flatMap((book) =>
      (['vi', 'en'] as const).flatMap((lang) =>
        [...book.stages.flatMap((stage) => stage[lang]), ...book.replies[lang]].map((line) => ({
          line,
          lang,
        })),
      ),
    ),
  ];

  it('has at least 400 everyday templates, all different within their language', () => {
    const everyday = content.topics.flatMap((topic) =>
      topic.lines.map((line) => `${topic.lang} ${topic.id} ${line}`),
    );
    expect(new Set(everyday).size).toBe(everyday.length);
    expect(everyday.length).toBeGreaterThanOrEqual(400);
  });

  it('has at least three wordings for every stage of every playbook in both languages', () => {
    for (const book of content.playbooks) {
      for (const stage of book.stages) {
        expect(stage.vi.length, `${book.kind}/${stage.id}/vi`).toBeGreaterThanOrEqual(3);
        expect(stage.en.length, `${book.kind}/${stage.id}/en`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it('is NFC and fills every slot', () => {
    const random = seededRandom(1);
    for (const { line, lang } of everything) {
      expect(line).toBe(line.normalize('NFC'));
      expect(content.fill(line, lang, random)).not.toMatch(/[{}]/);
    }
  });
});
