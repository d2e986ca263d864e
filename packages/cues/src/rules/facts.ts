import type { LocalText } from '../cue.ts';
import { cues, stageIds } from '../index.ts';

/** What a rule may look at; levels are ranks 0..4 (none … critical), severity 0..5. */
export interface RuleFacts {
  level: number;
  score: number;
  severity: number;
  cues: string[];
  stages: string[];
  harm: string;
  relationship: string;
  known: boolean;
  actorBand: string;
  actorAdult: boolean;
  recipientBand: string;
  recipientMinor: boolean;
  features: Record<string, number>;
}

export type FactName = keyof RuleFacts;

export interface Fact {
  /** CEL type. */
  type: string;
  about: LocalText;
  /** Every value the fact (or an element of the list) can have; absent when any number is possible. */
  values?: readonly string[];
  /** Inclusive bounds of a whole number. */
  range?: readonly [number, number];
}

const bands = ['under-13', '13-15', '16-17', '18-24', 'adult', 'unknown'] as const;

/** The variables of a rule, in the order in which they are offered. */
export const ruleFacts: Record<FactName, Fact> = {
  level: {
    type: 'int',
    range: [0, 4],
    about: {
      vi: 'Mức nguy cơ sau tin này: 0 không, 1 theo dõi, 2 tăng, 3 cao, 4 rất cao',
      en: 'Risk level after this message: 0 none, 1 watch, 2 elevated, 3 high, 4 critical',
    },
  },
  score: { type: 'double', about: { vi: 'Tổng nguy cơ (log-odds)', en: 'Risk sum (log-odds)' } },
  severity: {
    type: 'int',
    range: [0, 5],
    about: { vi: 'Độ nặng của dấu hiệu nặng nhất trong tin, 0–5', en: 'Gravest cue of this message, 0–5' },
  },
  cues: {
    type: 'list<string>',
    values: cues.map(({ id }) => id),
    about: { vi: 'Mã các dấu hiệu trong tin này', en: 'Ids of the cues in this message' },
  },
  stages: {
    type: 'list<string>',
    values: [...new Set([...stageIds, ...cues.flatMap(({ stage }) => stage ?? [])])].sort(),
    about: { vi: 'Các bước đã qua giữa hai bên', en: 'Stages reached so far between the two' },
  },
  harm: {
    type: 'string',
    values: [
      '',
      'grooming',
      'manipulation',
      'sextortion',
      'trafficking',
      'scam',
      'image-abuse',
      'bullying',
    ] as const,
    about: { vi: 'Nguy cơ chính, rỗng khi chưa rõ', en: 'Main harm, empty when none is seen' },
  },
  relationship: {
    type: 'string',
    values: ['stranger', 'contact', 'friend', 'family', 'teacher'] as const,
    about: { vi: 'Hai bên quen nhau thế nào', en: 'How the two know each other' },
  },
  known: {
    type: 'bool',
    about: { vi: 'Bạn bè, người nhà hoặc thầy cô', en: 'Friend, family or teacher' },
  },
  actorBand: {
    type: 'string',
    values: bands,
    about: { vi: 'Nhóm tuổi của người gửi', en: 'Age band of the sender' },
  },
  actorAdult: {
    type: 'bool',
    about: { vi: 'Người gửi từ 18 tuổi', en: 'The sender is 18 or older' },
  },
  recipientBand: {
    type: 'string',
    values: bands,
    about: { vi: 'Nhóm tuổi của người nhận', en: 'Age band of the recipient' },
  },
  recipientMinor: {
    type: 'bool',
    about: { vi: 'Người nhận dưới 18 tuổi', en: 'The recipient is under 18' },
  },
  features: {
    type: 'map<string, double>',
    about: { vi: 'Số đo hành vi của người gửi', en: "Measures of the sender's behaviour" },
  },
};

export const factNames = Object.keys(ruleFacts) as FactName[];

/** Facts of a message that shows nothing, between strangers of unknown age. */
export function emptyFacts(): RuleFacts {
  return {
    level: 0,
    score: 0,
    severity: 0,
    cues: [],
    stages: [],
    harm: '',
    relationship: 'stranger',
    known: false,
    actorBand: 'unknown',
    actorAdult: false,
    recipientBand: 'unknown',
    recipientMinor: false,
    features: {},
  };
}
