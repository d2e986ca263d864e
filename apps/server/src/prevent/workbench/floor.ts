import type { AgeBand, LocalText } from '../../base/vocabulary.ts';
import type { ActionName } from '../actions.ts';
import type { Situation } from '../facts.ts';
import type { Safeguards, Verdict } from '../safeguards.ts';
import { type Imagined, imagine, type Somebody } from './imagine.ts';
import { betweenAccounts, everyBand } from './matrix.ts';
import { saySituation } from './say-situation.ts';

/** A protection that no version may weaken: what must come out of its situations. */
interface Protection {
  id: string;
  name: LocalText;
  /** The law behind it: an entry of policy/law. */
  law?: string;
  situations: Situation[];
  holds: (verdict: Verdict) => boolean;
}

/** A protection that a version weakens. */
export interface FloorBreak {
  protection: string;
  name: LocalText;
  law?: string;
  /** Situations in which it does not hold. */
  count: number;
  /** Some of them in words. */
  situations: LocalText[];
}

/** Broken situations that are told of each protection. */
const TOLD = 5;

const say = (vi: string, en: string): LocalText => ({ vi, en });
const denied = ({ decision }: Verdict) => decision === 'deny';
const notSimply = ({ decision }: Verdict) => decision !== 'allow';
const told = ({ decision, obligations }: Verdict) => decision !== 'allow' || obligations.length > 0;

const minors: AgeBand[] = ['under-13', '13-15', '16-17', 'unknown'];
const mayBeAdults: Somebody[] = [
  { band: '18-24' },
  { band: 'adult' },
  { band: 'unknown' },
  { band: '16-17', inDoubt: true },
];
/** Everything as open as the age and the catalogue let it be. */
const open = (band: AgeBand): Somebody => ({
  band,
  choices: {
    messagesFrom: 'everyone',
    callsFrom: 'everyone',
    shownInSearchTo: 'everyone',
    suggestedTo: 'everyone',
    gifts: 'everyone',
    live: 'everyone',
    location: 'everyone',
    privateAccount: false,
    nudityProtection: 'off',
  },
});

type More = Omit<Imagined, 'action' | 'who' | 'whom'>;

function pairs(actions: readonly ActionName[], more: More = {}): Situation[] {
  return actions.flatMap((action) =>
    mayBeAdults.flatMap((who) =>
      minors.flatMap((band) => [open(band), { band }].map((whom) => imagine({ action, who, whom, ...more }))),
    ),
  );
}

/** What may be said beside: none of it, nor all of it together, makes a way through the floor. */
const besides: More[] = [
  {},
  ...['nudity', 'insult', 'media', 'link'].map((flag) => ({ given: { [flag]: true } })),
  { given: { nudity: true, insult: true, media: true, link: true, localTime: '23:30' } },
  { given: { media: true, link: true } },
  { given: { unknownAdults: false } },
  { given: { localTime: '23:30' } },
  ...['contact', 'friend'].map((relationship) => ({ given: { relationship } })),
  ...[1, 2, 3, 4].map((risk) => ({ risk })),
];

function blockedPairs(): Situation[] {
  const sides: [Somebody, Somebody][] = [
    [{ band: 'adult' }, { band: 'adult' }],
    [{ band: '13-15' }, { band: '13-15' }],
    [{ band: '16-17' }, { band: 'adult' }],
    [{ band: '18-24' }, { band: '18-24' }],
    [{ band: 'adult' }, open('16-17')],
  ];
  const consent = { parentPublishes: true, selfPublishes: true };
  return sides.flatMap(([who, whom]) =>
    [false, true].flatMap((connected) =>
      [...betweenAccounts, 'personal.publish' as const, 'stream.join' as const].map((action) =>
        imagine({ action, who, whom: { ...whom, ...consent }, connected, blocked: true }),
      ),
    ),
  );
}

function publishing(): Situation[] {
  return (['under-13', '13-15', 'unknown'] as const).flatMap((band) =>
    [
      { parentPublishes: false, selfPublishes: false },
      { parentPublishes: true, selfPublishes: false },
      { parentPublishes: false, selfPublishes: true },
    ].flatMap((consents) =>
      (['adult', '16-17', 'unknown'] as const).flatMap((from) =>
        [false, true].map((connected) =>
          imagine({
            action: 'personal.publish',
            who: { band: from },
            whom: { band, ...consents },
            connected,
          }),
        ),
      ),
    ),
  );
}

const play = (
  band: AgeBand,
  minutesThisGame: number,
  minutesAllGames: number,
  minutesSinceWarning: number,
  rating = '00+',
) =>
  imagine({
    action: 'game.play',
    who: { band },
    given: { minutesThisGame, minutesAllGames, minutesSinceWarning, rating },
  });

const lists: Protection[] = [
  {
    id: 'adults-do-not-reach-minors-alone',
    name: say(
      'Người lớn chưa kết bạn không nhắn, gọi, tìm thấy, được gợi ý hay tặng quà cho người chưa đủ 18 tuổi',
      'Adults who are not contacts do not write to, call, find, get suggested or send gifts to people under 18',
    ),
    law: 'cybersecurity-law-16',
    situations: besides.flatMap((more) =>
      pairs(
        ['message.send', 'call.start', 'search.appear', 'suggestion.appear', 'gift.send', 'stream.join'],
        more,
      ),
    ),
    holds: denied,
  },
  {
    id: 'requests-of-adults-are-limited',
    name: say(
      'Lời mời của người lớn chưa quen tới người chưa đủ 18 tuổi luôn bị giới hạn',
      'Requests of adults who are not contacts to people under 18 are always limited',
    ),
    law: 'cybersecurity-law-16',
    situations: besides.flatMap((more) => pairs(['contact.request', 'follow', 'profile.view'], more)),
    holds: notSimply,
  },
  {
    id: 'location-of-minors-is-not-shared',
    name: say(
      'Vị trí của người chưa đủ 18 tuổi không được chia sẻ',
      'The location of people under 18 is not shared',
    ),
    situations: [false, true].flatMap((connected) =>
      everyBand.flatMap((from) =>
        minors.map((band) =>
          imagine({ action: 'location.view', who: { band: from }, whom: open(band), connected }),
        ),
      ),
    ),
    holds: denied,
  },
  {
    id: 'high-risk-keeps-away-from-minors',
    name: say(
      'Người có thể là người lớn và đang có nguy cơ cao không tiếp cận được người chưa đủ 18 tuổi',
      'Somebody who may be an adult and is at high risk does not reach people under 18',
    ),
    law: 'cybersecurity-law-16',
    situations: [3, 4].flatMap((risk) =>
      pairs([...betweenAccounts, 'stream.join'], { connected: true, risk }),
    ),
    holds: denied,
  },
  {
    id: 'no-intimate-pictures-between-adults-and-minors',
    name: say(
      'Ảnh nhạy cảm không đi giữa người lớn và người chưa đủ 18 tuổi, và không được đăng bởi người chưa đủ 18 tuổi',
      'No intimate pictures between adults and people under 18, and none posted by people under 18',
    ),
    law: 'un-cybercrime-14',
    situations: [
      ...pairs(['message.send'], { connected: true, given: { nudity: true } }),
      ...minors.flatMap((band) =>
        mayBeAdults.map((whom) =>
          imagine({
            action: 'message.send',
            who: open(band),
            whom,
            connected: true,
            given: { nudity: true },
          }),
        ),
      ),
      ...minors.flatMap((band) =>
        ['public', 'followers', 'private'].map((audience) =>
          imagine({ action: 'content.publish', who: open(band), given: { audience, nudity: true } }),
        ),
      ),
    ],
    holds: denied,
  },
  {
    id: 'minors-are-not-shown-sensitive-content',
    name: say(
      'Nội dung nhạy cảm không hiện ngay trước người chưa đủ 18 tuổi',
      'Sensitive content is not simply shown to people under 18',
    ),
    law: 'cybersecurity-law-16',
    situations: minors.flatMap((band) =>
      [false, true].map((nudity) =>
        imagine({ action: 'content.view', who: open(band), given: { sensitive: true, nudity } }),
      ),
    ),
    holds: notSimply,
  },
  {
    id: 'publishing-about-children-needs-both-consents',
    name: say(
      'Công khai đời tư của người chưa đủ 16 tuổi cần cả bạn ấy và bố mẹ đồng ý',
      'Making the private life of somebody under 16 public needs that person’s and a parent’s consent',
    ),
    law: 'personal-data-law-24',
    situations: publishing(),
    holds: notSimply,
  },
  {
    id: 'blocked-stays-blocked',
    name: say('Đã chặn thì vẫn bị chặn', 'Blocked stays blocked'),
    situations: blockedPairs(),
    holds: denied,
  },
  {
    id: 'game-time',
    name: say(
      'Người chưa đủ 18 tuổi chơi tối đa 60 phút một trò và 180 phút mọi trò mỗi ngày',
      'People under 18 play at most 60 minutes a game and 180 minutes in all a day',
    ),
    law: 'decree-147-2024-39-1',
    situations: minors.flatMap((band) => [
      play(band, 60, 60, 0),
      play(band, 61, 100, 0),
      play(band, 300, 300, 0),
      play(band, 0, 180, 0),
      play(band, 10, 200, 0),
    ]),
    holds: denied,
  },
  {
    id: 'game-warning',
    name: say('Cứ 30 phút chơi có một lời nhắc', 'A reminder every 30 minutes of play'),
    law: 'decree-147-2024-39-1',
    situations: minors.flatMap((band) => [play(band, 30, 30, 30), play(band, 45, 100, 45)]),
    holds: told,
  },
  {
    id: 'game-class-fits-the-age',
    name: say('Trò chơi theo đúng lứa tuổi', 'Games fit the age'),
    law: 'decree-147-2024-38',
    situations: [
      play('under-13', 0, 0, 0, '12+'),
      play('under-13', 0, 0, 0, '18+'),
      play('13-15', 0, 0, 0, '16+'),
      play('13-15', 0, 0, 0, '18+'),
      play('16-17', 0, 0, 0, '18+'),
      play('unknown', 0, 0, 0, '18+'),
    ],
    holds: denied,
  },
];

export const protections: readonly Pick<Protection, 'id' | 'name' | 'law'>[] = lists;

/** What of the floor a set of policies weakens; nothing when it may be put in force. */
export function belowFloor({ judge }: Pick<Safeguards, 'judge'>): FloorBreak[] {
  return lists.flatMap(({ id, name, law, situations, holds }) => {
    const broken = situations.filter((situation) => !holds(judge(situation)));
    if (broken.length === 0) return [];
    return [
      {
        protection: id,
        name,
        ...(law === undefined ? {} : { law }),
        count: broken.length,
        situations: broken.slice(0, TOLD).map(saySituation),
      },
    ];
  });
}
