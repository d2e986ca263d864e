import { describe, expect, it } from 'vitest';
import { Harm } from '../../base/vocabulary.ts';
import { loadDetectionPolicy } from '../policy.ts';
import {
  type Conversation,
  measureConversations,
  messagesUntil,
  readConversations,
} from './conversations.ts';

const policy = loadDetectionPolicy();

describe.each(['vi', 'en'] as const)('labelled conversations in %s', (lang) => {
  const all = readConversations(lang);

  it('are 60 harmful and 60 innocent ones of 6 to 25 messages, each situation in one split', () => {
    expect(all.filter(({ first }) => first !== null).length).toBeGreaterThanOrEqual(60);
    expect(all.filter(({ first }) => first === null).length).toBeGreaterThanOrEqual(60);
    for (const { messages, id } of all) {
      expect(messages.length, id).toBeGreaterThanOrEqual(6);
      expect(messages.length, id).toBeLessThanOrEqual(25);
    }
    const texts = all.map(({ messages }) => messages.map(({ text }) => text).join('\n'));
    expect(new Set(texts).size).toBe(all.length);
    const splits = new Map<string, Set<string>>();
    for (const { situation, split } of all)
      splits.set(situation, (splits.get(situation) ?? new Set()).add(split));
    for (const [situation, found] of splits) expect([...found], situation).toHaveLength(1);
    for (const split of ['train', 'dev', 'test']) expect(all.some((one) => one.split === split)).toBe(true);
  });

  it('raise no case from innocent ones that weights were looked at with, and see most harmful ones', () => {
    const seen = measureConversations(
      policy,
      all.filter(({ split }) => split === 'train'),
      'elevated',
    );
    expect(seen.falseAlarms).toEqual([]);
    expect(seen.recall).toBeGreaterThan(0.5);
  });
});

describe.each(['vi', 'en'] as const)('fresh conversations in %s', (lang) => {
  const fresh = readConversations(lang, 'fresh');

  it('are 30 harmful and 30 innocent ones of situations of their own, all for testing', () => {
    expect(fresh.filter(({ first }) => first !== null)).toHaveLength(30);
    expect(fresh.filter(({ first }) => first === null)).toHaveLength(30);
    expect(new Set(fresh.map(({ split }) => split))).toEqual(new Set(['test']));
    expect(new Set(fresh.map(({ lang: of }) => of))).toEqual(new Set([lang]));
    expect(new Set(fresh.map(({ situation }) => situation)).size).toBe(60);
    const known = new Set(
      (['vi', 'en'] as const).flatMap((of) => [
        ...readConversations(of).map(({ situation }) => situation),
        ...(of === lang ? [] : readConversations(of, 'fresh').map(({ situation }) => situation)),
      ]),
    );
    expect(fresh.filter(({ situation }) => known.has(situation))).toEqual([]);
    expect(new Set(fresh.map(({ harm }) => harm))).toEqual(new Set([...Harm.options, 'none']));
  });

  it('have 6 to 25 messages of alternating speakers, and the harm first shows in one of a', () => {
    for (const { messages, first, id } of fresh) {
      expect(messages.length, id).toBeGreaterThanOrEqual(6);
      expect(messages.length, id).toBeLessThanOrEqual(25);
      for (const [n, { from }] of messages.entries()) expect(from, id).toBe(n % 2 === 0 ? 'a' : 'b');
      if (first !== null) expect(messages[first]?.from, id).toBe('a');
    }
  });

  it('share no conversation and no longer message with the first set', () => {
    const long = (all: Conversation[]): string[] =>
      all.flatMap(({ messages }) => messages.map(({ text }) => text)).filter((text) => text.length > 25);
    const old = new Set(long(readConversations(lang)));
    expect(old.size).toBeGreaterThan(100);
    expect(long(fresh).filter((text) => old.has(text))).toEqual([]);
  });
});

describe('measureConversations', () => {
  const talk = (lines: string[], first: number | null): Conversation => ({
    id: lines.join('/'),
    lang: 'vi',
    split: 'dev',
    situation: 's',
    harm: first === null ? 'none' : 'grooming',
    relationship: 'stranger',
    a: 'adult',
    b: '13-15',
    first,
    messages: lines.map((text, n) => ({ from: n % 2 === 0 ? 'a' : 'b', text })),
  });
  const grave = talk(['Chào em', 'dạ', 'Gửi anh tấm ảnh riêng tư đi, đừng kể với bố mẹ', 'không ạ'], 2);
  const calm = talk(['Chào em', 'dạ', 'Mai trời mưa đó', 'vâng'], null);

  it('counts the messages read until the alert, and their penalty by the formula', () => {
    expect(messagesUntil(policy, grave, 'elevated')).toBe(3);
    expect(messagesUntil(policy, calm, 'watch')).toBeNull();
    const measured = measureConversations(policy, [grave, calm], 'elevated', 0.2);
    expect(measured).toMatchObject({ precision: 1, recall: 1, f1: 1, latency: 3, beyondFirst: 0, p: 0.2 });
    const penalty = -1 + 2 / (1 + Math.exp(-0.2 * 2));
    expect(measured.speed).toBeCloseTo(1 - penalty, 4);
    expect(measured.fLatency).toBeCloseTo(1 - penalty, 4);
  });

  it('has no speed when nothing is caught', () => {
    const blind = talk(['Chào em', 'dạ'], 0);
    expect(measureConversations(policy, [blind, calm], 'high')).toMatchObject({
      recall: 0,
      f1: 0,
      speed: 0,
      latency: null,
    });
  });
});
