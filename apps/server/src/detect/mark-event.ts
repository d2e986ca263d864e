import { cueById } from '@keben/cues';
import { type AgeBand, type Level, type Party, rank } from '../base/vocabulary.ts';
import type { Target } from './audience.ts';
import type { ReadEvent } from './event.ts';
import type { Mark, Standing } from './marks.ts';
import type { Risk } from './risk.ts';

const DAY = 86_400_000;

/** The account uses a device (its hash is keyed at intake, so that nobody can look a device up). */
export function markDevice(
  event: ReadEvent,
  account: { id: string; ageBand: AgeBand; createdAt?: string | undefined; deviceHash?: string | undefined },
): Mark[] {
  if (account.deviceHash === undefined || account.deviceHash === '') return [];
  const made = account.createdAt === undefined ? event.time.getTime() : Date.parse(account.createdAt);
  return [
    {
      ...mark(event, 'device', account.deviceHash, account.id, '', account.ageBand),
      at: Math.min(made, event.time.getTime()),
    },
  ];
}

/** The account reached high or critical risk, whoever it was towards. */
export function markStandOut(event: ReadEvent, account: string, band: AgeBand, level: Level): Mark[] {
  return rank(level) >= rank('high') ? [mark(event, 'account', account, account, level, band)] : [];
}

/** The account stood out towards somebody it does not know: its level rose, or (`seen`) it gave a first real cue. */
export function markPair(
  event: ReadEvent,
  from: Party,
  target: Target,
  relationship: string,
  risk: Risk,
  step: Level | 'seen',
): Mark {
  return {
    ...mark(event, 'pair', target.key, from.id, step, from.ageBand),
    standing: standing(target, relationship, risk),
  };
}

/** Words that wound, to somebody or into a group: counted once a day for each account, and anew as its level rises. */
export function markPile(
  event: ReadEvent,
  from: Party,
  target: Target,
  group: boolean,
  relationship: string,
  risk: Risk,
): Mark[] {
  const wounds = event.cues.some(({ cue, score }) => score >= 0.5 && cueById(cue)?.harms[0] === 'bullying');
  if (!wounds || (!group && relationship !== 'stranger' && relationship !== 'contact')) return [];
  const day = String(Math.floor(event.time.getTime() / DAY));
  return [
    {
      ...mark(event, 'pile', target.key, from.id, `${day}-${risk.level}`, from.ageBand),
      standing: standing(target, relationship, risk),
    },
  ];
}

function mark(
  { organisationId, time, position, source, eventId }: ReadEvent,
  kind: Mark['kind'],
  subject: string,
  account: string,
  step: string,
  band: AgeBand,
): Mark {
  return {
    organisationId,
    kind,
    subject,
    account,
    step,
    at: time.getTime(),
    position,
    source,
    eventId,
    band,
    standing: null,
  };
}

function standing(target: Target, relationship: string, risk: Risk): Standing {
  return {
    counterpart: target.account,
    counterpartBand: target.band,
    relationship,
    score: risk.score,
    harm: risk.harm,
    contributions: risk.contributions,
  };
}
