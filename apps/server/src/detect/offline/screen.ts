import { analyse } from '@keben/cues';
import type { JsonLine } from '../../base/json-lines.ts';

/** A text alone, without who wrote it to whom. */
export interface PlainText {
  /** As given: a string or a number. */
  id: string | number;
  text: string;
  lang?: 'vi' | 'en';
  /** Addresses sent beside the text. */
  links?: string[];
}

export interface Line {
  id: string | number;
  cues: { cue: string; score: number; start: number; end: number }[];
  harms: Record<string, number>;
}

/** Stands in the output in place of a line that could not be read; it has no cues, since nobody looked. */
export interface BadLine {
  id: string | number | null;
  /** From 1, counting every line of the input. */
  line: number;
  error: string;
}

export type ScreenedLine = Line | BadLine;

/** What `keben screen` answers to a line: what the text alone shows, or why it could not be read. */
export function screen(read: JsonLine): ScreenedLine {
  if ('problem' in read) return badLine(read, read.problem);
  const plain = isEvent(read.value) ? textOfEvent(read.value) : plainText(read.value);
  return typeof plain === 'string' ? badLine(read, plain) : screenText(plain);
}

export function screenText({ id, text, lang, links }: PlainText): Line {
  const { cues, harms } = analyse(text, { ...(lang && { lang }), links });
  return { id, cues, harms };
}

export function badLine(read: JsonLine, error: string): BadLine {
  const id = 'value' in read ? idOf(read.value) : undefined;
  return { id: id ?? null, line: read.line, error };
}

/** CloudEvents name their version; nothing else does. */
export function isEvent(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'specversion' in value;
}

/** Reads `{id, text, lang?}`, passing over what else is there, or says what is wrong. */
export function plainText(value: unknown): PlainText | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'not an object. Give {"id", "text", "lang"?} or a CloudEvent.';
  const id = idOf(value);
  if (id === undefined)
    return '/id must be a string or a number. Give {"id", "text", "lang"?} or a CloudEvent with "specversion".';
  const { text, lang } = value as Record<string, unknown>;
  if (typeof text !== 'string')
    return '/text must be a string. Give {"id", "text", "lang"?} or a CloudEvent with "specversion".';
  return { id, text, ...language(lang) };
}

function textOfEvent(event: Record<string, unknown>): PlainText | string {
  const { id, data } = event;
  if (typeof id !== 'string' || id === '') return '/id must be a string that is not empty (CloudEvents 1.0).';
  const inner = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const { text = '', lang, links = [] } = inner;
  if (typeof text !== 'string') return '/data/text must be a string. Leave it out where there is none.';
  if (!Array.isArray(links) || !links.every((link) => typeof link === 'string'))
    return '/data/links must be a list of strings. Leave it out where there is none.';
  return { id, text, links, ...language(lang) };
}

/** `vi-VN` is `vi`; a language that the cues do not know is read like one that is not named. */
function language(lang: unknown): { lang?: 'vi' | 'en' } {
  const [primary] = typeof lang === 'string' ? lang.toLowerCase().split(/[-_]/) : [];
  return primary === 'vi' || primary === 'en' ? { lang: primary } : {};
}

function idOf(value: unknown): string | number | undefined {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
