import type { PageLang } from '../../base/plain-page.ts';
import type { AgeBand } from '../../base/vocabulary.ts';
import { type Definition, isLooser, type SettingValue } from '../catalogue.ts';
import { defaultFor } from '../settings.ts';
import { mayDecide } from './parent-decisions.ts';

const words: Record<PageLang, Record<string, string>> = {
  vi: {
    true: 'bật',
    false: 'tắt',
    nobody: 'không ai',
    contacts: 'người đã kết bạn',
    peers: 'bạn cùng lứa',
    everyone: 'mọi người',
    hidden: 'ẩn hẳn',
    covered: 'che lại',
    shown: 'hiện',
    'blur-and-warn': 'làm mờ và nhắc',
    warn: 'chỉ nhắc',
    off: 'tắt',
    on: 'bật',
    minutes: 'phút',
    none: 'không giới hạn',
  },
  en: {
    true: 'on',
    false: 'off',
    nobody: 'nobody',
    contacts: 'accepted contacts',
    peers: 'people of the same age',
    everyone: 'everyone',
    hidden: 'hidden',
    covered: 'covered',
    shown: 'shown',
    'blur-and-warn': 'blurred, with a warning',
    warn: 'a warning only',
    off: 'off',
    on: 'on',
    minutes: 'min',
    none: 'no limit',
  },
};

/** A value in words. */
export function sayValue(definition: Definition, value: SettingValue, lang: PageLang): string {
  const w = words[lang];
  if (definition.number) return value === definition.number.off ? (w.none ?? '') : `${value} ${w.minutes}`;
  if (definition.interval && value !== 'off') return String(value).replace('-', ' – ');
  return w[String(value)] ?? String(value);
}

/** What is offered where there are more values than fit into a list. */
const minutesOffered = [15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 0];
const intervalsOffered = [
  '20:00-07:00',
  '21:00-06:00',
  '21:00-07:00',
  '22:00-06:00',
  '22:00-07:00',
  '23:00-06:00',
  'off',
];

/** The values that a parent may choose at this age, in the order of the catalogue, each with whether it loosens. */
export function offered(definition: Definition, band: AgeBand): { value: SettingValue; looser: boolean }[] {
  const all: SettingValue[] = definition.values ?? (definition.number ? minutesOffered : intervalsOffered);
  const usual = defaultFor(definition, band);
  return all
    .filter((value) => value !== usual && mayDecide(definition.id, value, band))
    .map((value) => ({ value, looser: isLooser(definition, value, usual) }));
}

/** A value as a form sends it back; undefined when the setting has no such value. */
export function readValue(definition: Definition, typed: string): SettingValue | undefined {
  if (definition.number) return /^\d{1,4}$/.test(typed) ? Number(typed) : undefined;
  return definition.values ? definition.values.find((value) => String(value) === typed) : typed;
}
