/** False alarms by who speaks or is spoken of: innocent test messages, said again in the words of each group. */
import { analyse, cueById } from '../src/index.ts';
import type { Split } from './examples.ts';
import { groups } from './fairness-groups.ts';
import { messagesOf, TOLD } from './measure.ts';

const SERIOUS = 3;

/** One group's innocent messages: false alarms in its words, and on the same messages as they were written. */
export interface GroupAlarms {
  group: string;
  n: number;
  rate: number;
  asWritten: number;
  /** The rate over all messages that follows (the groups' messages differ), against the mean of the groups. */
  timesMean: number;
}

/** By group, over several splits since some groups' words are in few messages: how many innocent ones there are, and the share that raises a serious cue or a harm. */
export function falseAlarmsByGroup(splits: readonly Split[]): GroupAlarms[] {
  const innocent = splits.flatMap(messagesOf).filter(({ cues }) => cues.length === 0);
  const overall = shareOf(innocent.map(({ text }) => text));
  const rows = Object.entries(groups).map(([group, change]) => {
    const pairs = innocent.flatMap(({ text, lang }) => {
      const changed = change(text, lang);
      return changed === undefined ? [] : [{ text, changed }];
    });
    const rate = shareOf(pairs.map(({ changed }) => changed));
    const asWritten = shareOf(pairs.map(({ text }) => text));
    return {
      group,
      n: pairs.length,
      rate,
      asWritten,
      adjusted: asWritten === 0 ? rate : (overall * rate) / asWritten,
    };
  });
  const mean = rows.reduce((sum, { adjusted }) => sum + adjusted, 0) / rows.length;
  return rows.map(({ adjusted, ...row }) => ({ ...row, timesMean: adjusted / (mean || 1) }));
}

function shareOf(texts: readonly string[]): number {
  const alarms = texts.filter((text) => {
    const { cues, harms } = analyse(text);
    return (
      Math.max(0, ...Object.values(harms)) >= TOLD ||
      cues.some(({ cue }) => (cueById(cue)?.severity ?? 0) >= SERIOUS)
    );
  });
  return alarms.length / (texts.length || 1);
}
