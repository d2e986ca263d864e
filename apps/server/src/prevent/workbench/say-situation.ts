import type { AgeBand, LocalText } from '../../base/vocabulary.ts';
import { catalogue, type SettingValue } from '../catalogue.ts';
import type { AccountFacts, Situation } from '../facts.ts';
import { isObligation } from '../obligations.ts';
import { effectiveSettings } from '../settings.ts';
import {
  actionWords,
  contextFlags,
  contextNouns,
  decisionWords,
  obligationWords,
  riskWords,
  valueWords,
} from './words.ts';

const say = (vi: string, en: string): LocalText => ({ vi, en });

const people: Record<AgeBand, LocalText> = {
  'under-13': say('bạn dưới 13 tuổi', 'child under 13'),
  '13-15': say('bạn 13–15 tuổi', 'teenager of 13–15'),
  '16-17': say('bạn 16–17 tuổi', 'teenager of 16–17'),
  '18-24': say('người 18–24 tuổi', 'adult of 18–24'),
  adult: say('người từ 25 tuổi', 'adult of 25 or over'),
  unknown: say('người chưa rõ tuổi', 'person of unknown age'),
};

/** Facts that are worth a word also when they are not so. */
const bothWays = new Set(['connected', 'unknownAdults', 'hostMinor', 'parentConsents', 'childConsents']);

/** A situation in one line: who does what to whom, and what else is so. */
export function saySituation({ action, principal, resource, context }: Situation): LocalText {
  const what = actionWords[action];
  const who = personOf(principal);
  const whom = resource
    ? personOf(resource)
    : context.self === true
      ? say('chính mình', 'oneself')
      : undefined;
  const more = [
    ...Object.entries(context).flatMap(([name, value]) =>
      // Every other action carries it too, and no policy asks there.
      name === 'unknownAdults' && action !== 'group.add' ? [] : factOf(name, value),
    ),
    ...chosen(principal, say('người thực hiện chọn', 'the person acting chose')),
    ...(resource ? chosen(resource, say('người bên kia chọn', 'the other person chose')) : []),
  ];
  const line = (lang: 'vi' | 'en') =>
    [
      `${what[lang].charAt(0).toLocaleUpperCase(lang)}${what[lang].slice(1)}: ${who[lang]}${whom ? ` → ${whom[lang]}` : ''}`,
      ...more.map((words) => words[lang]),
    ].join('; ');
  return say(line('vi'), line('en'));
}

function personOf({ band, risk, ageInDoubt }: AccountFacts): LocalText {
  const level = riskWords[risk];
  const marks = [
    ...(risk > 0 && level ? [say(`nguy cơ ${level.vi}`, `risk ${level.en}`)] : []),
    ...(ageInDoubt ? [say('tuổi còn phải xác minh', 'age in doubt')] : []),
  ];
  const name = people[band];
  if (marks.length === 0) return name;
  return say(
    `${name.vi} (${marks.map(({ vi }) => vi).join(', ')})`,
    `${name.en} (${marks.map(({ en }) => en).join(', ')})`,
  );
}

function factOf(name: string, value: boolean | number | string): LocalText[] {
  if (name === 'self' || name === 'leastAge' || value === 'none') return [];
  const flag = contextFlags[name];
  if (typeof value === 'boolean' && flag) return value ? [flag.yes] : bothWays.has(name) ? [flag.no] : [];
  if (name === 'rating') return value === 0 ? [] : [say(`trò chơi ${value}+`, `game rated ${value}+`)];
  const noun = contextNouns[name] ?? say(name, name);
  if (typeof value === 'number')
    return value === 0 ? [] : [say(`${noun.vi}: ${value} phút`, `${noun.en}: ${value} minutes`)];
  const words = valueWordsOf(value);
  return [say(`${noun.vi}: ${words.vi}`, `${noun.en}: ${words.en}`)];
}

function valueWordsOf(value: SettingValue): LocalText {
  return valueWords[String(value)] ?? say(String(value), String(value));
}

/** What differs from the defaults of the age. */
export function choicesOf({ band, settings }: AccountFacts): [id: string, value: SettingValue][] {
  const { values } = effectiveSettings(band, { parent: {}, self: {} });
  return Object.entries(settings).filter(([id, value]) => values[id] !== value);
}

function chosen(facts: AccountFacts, opening: LocalText): LocalText[] {
  return choicesOf(facts).map(([id, value]) => {
    const name = catalogue.get(id)?.name ?? say(id, id);
    const words = valueWordsOf(value);
    return say(`${opening.vi} “${name.vi}”: ${words.vi}`, `${opening.en} “${name.en}”: ${words.en}`);
  });
}

/** What comes out: the decision, and what comes with it. */
export interface Outcome {
  decision: 'allow' | 'deny' | 'limit';
  obligations: string[];
}

export function sayOutcome({ decision, obligations }: Outcome): LocalText {
  const word = decisionWords[decision];
  if (obligations.length === 0 || decision === 'deny') return word;
  const words = obligations.map((id) => (isObligation(id) ? obligationWords[id] : say(id, id)));
  return say(
    `${word.vi}: ${words.map(({ vi }) => vi).join('; ')}`,
    `${word.en}: ${words.map(({ en }) => en).join('; ')}`,
  );
}
