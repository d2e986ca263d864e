import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AgeBand, Harm, type Level, rank } from '../../base/vocabulary.ts';
import { readEvent } from '../apply-event.ts';
import { type EventBody, Relationship } from '../event.ts';
import { createMemoryDetection } from '../memory.ts';
import type { DetectionPolicy } from '../policy.ts';

const folder = join(import.meta.dirname, '../../../../../packages/cues/examples/conversations');
const MINUTE = 60_000;
/** In the evening in Viet Nam, so that the hour says nothing. */
const BEGIN = Date.parse('2026-11-10T11:00:00Z');
/** A word in brackets stands for a picture or clip that was sent. */
const MEDIA = /\[(?:ảnh|video|photo)\]/u;

const Split = z.enum(['train', 'dev', 'test']);
export type Split = z.infer<typeof Split>;

const ConversationFile = z.strictObject({
  lang: z.enum(['vi', 'en']),
  situations: z.array(
    z.strictObject({
      id: z.string(),
      split: Split,
      harm: z.union([Harm, z.literal('none')]),
      relationship: Relationship,
      a: AgeBand,
      b: AgeBand,
      conversations: z.array(
        z.strictObject({ first: z.number().int().min(0).optional(), lines: z.string() }),
      ),
    }),
  ),
});

/** One labelled conversation of packages/cues/examples/conversations; `a` is the side that is judged. */
export interface Conversation {
  id: string;
  lang: 'vi' | 'en';
  split: Split;
  situation: string;
  harm: Harm | 'none';
  relationship: Relationship;
  a: AgeBand;
  b: AgeBand;
  /** Index of the first message in which the harm shows; null in innocent ones. */
  first: number | null;
  messages: { from: 'a' | 'b'; text: string }[];
}

/** `first` has train, dev and test situations; `fresh`, written later, is for measuring only: all of it split `test`. */
export type ConversationSet = 'first' | 'fresh';

/** All conversations of one language in one set. @throws when a line has no speaker or `first` is not a message of `a`. */
export function readConversations(lang: 'vi' | 'en', set: ConversationSet = 'first'): Conversation[] {
  const path = join(folder, set === 'fresh' ? `fresh-${lang}.yaml` : `${lang}.yaml`);
  const file = ConversationFile.parse(parse(readFileSync(path, 'utf8')));
  return file.situations.flatMap(({ conversations, id, split, harm, relationship, a, b }) =>
    conversations.map(({ first, lines }, n) => {
      const name = `${lang}/${id}/${n}`;
      const messages = lines
        .trim()
        .split('\n')
        .map((line) => {
          const [, from, text] = /^([ab]): (.+)$/u.exec(line.trim()) ?? [];
          if ((from !== 'a' && from !== 'b') || text === undefined)
            throw new Error(`${name}: "${line}" must begin with "a: " or "b: ".`);
          return { from, text: text.normalize('NFC') } as const;
        });
      if (
        (first === undefined) !== (harm === 'none') ||
        (first !== undefined && messages[first]?.from !== 'a')
      )
        throw new Error(
          `${name}: \`first\` must be the index of a message of a, and only where there is harm.`,
        );
      return {
        id: name,
        lang: file.lang,
        split,
        situation: id,
        harm,
        relationship,
        a,
        b,
        first: first ?? null,
        messages,
      };
    }),
  );
}

/** Messages read (of both sides, from 1) when `a` was first assessed at `level` or above; null when never. */
export function messagesUntil(
  policy: DetectionPolicy,
  conversation: Conversation,
  level: Level,
): number | null {
  const detection = createMemoryDetection(policy);
  for (const [index, { from, text }] of conversation.messages.entries()) {
    const body = bodyOf(conversation, from, text);
    const raised = detection.apply(
      detection.read(
        readEvent(
          {
            organisationId: '',
            position: index,
            source: '/conversations',
            eventId: String(index),
            time: new Date(BEGIN + index * 2 * MINUTE),
            body,
          },
          text.replace(MEDIA, '').trim() || null,
        ),
      ),
    );
    if (raised.some((one) => one.account === 'a' && rank(one.level) >= rank(level))) return index + 1;
  }
  return null;
}

function bodyOf({ a, b, relationship, id, lang }: Conversation, from: 'a' | 'b', text: string): EventBody {
  const [me, you] = [
    { id: 'a', ageBand: a },
    { id: 'b', ageBand: b },
  ];
  const [sender, receiver] = from === 'a' ? [me, you] : [you, me];
  return {
    type: 'message.sent',
    data: {
      conversation: id,
      from: sender,
      to: [receiver],
      lang,
      relationship,
      ...(MEDIA.test(text) ? { media: [{ type: 'image' as const }] } : {}),
    },
  };
}

/** Early-detection measures (eSPD, Vogt and others 2021) at one level; shares from 0 to 1. */
export interface ConversationMeasure {
  level: Level;
  conversations: number;
  harmful: number;
  precision: number;
  recall: number;
  f1: number;
  /** Median messages read until the alert, over true positives, and median beyond the first harmful one (0: at it). */
  latency: number | null;
  beyondFirst: number | null;
  /** 1 − median penalty; penalty(k) = −1 + 2 / (1 + e^(−p(k−1))) for an alert after k messages. */
  speed: number;
  fLatency: number;
  p: number;
  byHarm: { harm: Harm; conversations: number; recall: number }[];
  /** Ids of harmful ones not seen and of innocent ones taken for harm. */
  missed: string[];
  falseAlarms: string[];
}

/**
 * Measures conversations at `level`. `p` sets how fast lateness costs: by default so that an alert after the median
 * length of the conversations has a penalty of one half, p = ln 3 / (median length − 1).
 */
export function measureConversations(
  policy: DetectionPolicy,
  conversations: readonly Conversation[],
  level: Level,
  p = Math.log(3) / Math.max(1, (median(conversations.map(({ messages }) => messages.length)) ?? 2) - 1),
): ConversationMeasure {
  const judged = conversations.map((conversation) => ({
    conversation,
    k: messagesUntil(policy, conversation, level),
  }));
  const harmful = judged.filter(({ conversation }) => conversation.first !== null);
  const caught = harmful.filter(({ k }) => k !== null);
  const wrong = judged.filter(({ conversation, k }) => conversation.first === null && k !== null);
  const precision = ratio(caught.length, caught.length + wrong.length);
  const recall = ratio(caught.length, harmful.length);
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  const penalty = median(caught.map(({ k }) => -1 + 2 / (1 + Math.exp(-p * ((k ?? 1) - 1)))));
  const speed = penalty === null ? 0 : 1 - penalty;
  return {
    level,
    conversations: conversations.length,
    harmful: harmful.length,
    precision: round(precision),
    recall: round(recall),
    f1: round(f1),
    latency: median(caught.map(({ k }) => k ?? 0)),
    beyondFirst: median(caught.map(({ conversation, k }) => (k ?? 0) - 1 - (conversation.first ?? 0))),
    speed: round(speed),
    fLatency: round(f1 * speed),
    p: round(p),
    byHarm: Harm.options.flatMap((harm) => {
      const own = harmful.filter(({ conversation }) => conversation.harm === harm);
      if (own.length === 0) return [];
      return [
        {
          harm,
          conversations: own.length,
          recall: round(ratio(own.filter(({ k }) => k !== null).length, own.length)),
        },
      ];
    }),
    missed: harmful.filter(({ k }) => k === null).map(({ conversation }) => conversation.id),
    falseAlarms: wrong.map(({ conversation }) => conversation.id),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? null)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
