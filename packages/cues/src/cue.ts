export type Harm =
  | 'grooming'
  | 'manipulation'
  | 'sextortion'
  | 'trafficking'
  | 'scam'
  | 'image-abuse'
  | 'bullying';
export type Tactic = 'fear' | 'trust' | 'control';
export interface LocalText {
  vi: string;
  en: string;
}

/** A sign of harm that can be taught, detected, shown as a warning, pointed at as evidence, and counted. */
export interface Cue {
  /** Kebab-case, stable for ever. */
  id: string;
  name: LocalText;
  meaning: LocalText;
  tactic: Tactic;
  /** The first is what the cue mostly shows. */
  harms: Harm[];
  /** Where the harm stands when this cue appears, for harms that unfold over time. */
  stage?: string;
  /** Path of harm → the stage of it that this cue reaches, where `stage` and `harms` do not say it. */
  steps?: Record<string, string>;
  severity: 1 | 2 | 3 | 4 | 5;
  /** What a young person can do now. */
  advice: LocalText;
  lesson: string;
  law: string[];
  mappings: { stix?: string; dsa?: string; cybertipline?: string };
}

/** The patterns of a cue list in the small pattern language (docs/cues.md), by cue. */
export interface PatternList {
  sets: Record<string, string[]>;
  cues: { id: string; vi: string[]; en: string[]; not: string[] }[];
}
