import type { AgeBand, LocalText } from '../../base/vocabulary.ts';
import { type ActionName, actions } from '../actions.ts';
import { catalogue, type SettingValue } from '../catalogue.ts';
import type { Situation } from '../facts.ts';
import { type Imagined, imagine } from './imagine.ts';
import { saySituation } from './say-situation.ts';

/** One situation that every version is tried on. */
export interface MatrixRow {
  /** Stable: made of what the situation is. */
  id: string;
  name: LocalText;
  situation: Situation;
}

/** Actions between two accounts. */
export const betweenAccounts = (Object.keys(actions) as ActionName[]).filter(
  (name) => actions[name].resource === 'account' && name !== 'personal.publish',
);
export const everyBand: AgeBand[] = ['under-13', '13-15', '16-17', '18-24', 'adult', 'unknown'];

type Said = [id: string, imagined: Imagined];

const two = (
  action: ActionName,
  from: AgeBand,
  to: AgeBand,
  how: string,
  more: Omit<Imagined, 'action' | 'who' | 'whom'> = {},
): Said => [`${action} ${from}>${to} ${how}`, { action, who: { band: from }, whom: { band: to }, ...more }];

const one = (
  action: ActionName,
  band: AgeBand,
  how: string,
  given: Record<string, unknown>,
  more: Partial<Imagined> = {},
): Said => [`${action} ${band} ${how}`, { action, who: { band }, given, ...more }];

function betweenTwo(): Said[] {
  return betweenAccounts.flatMap((action) => [
    two(action, 'adult', '13-15', 'strangers'),
    two(action, 'adult', '16-17', 'contacts', { connected: true }),
    two(action, '16-17', '13-15', 'strangers'),
    two(action, 'unknown', 'under-13', 'strangers'),
    two(action, 'adult', 'adult', 'strangers'),
    two(action, 'adult', '18-24', 'blocked', { blocked: true }),
    two(action, 'adult', '16-17', 'contacts high-risk', { connected: true, risk: 3 }),
  ]);
}

/** An adult meets an adult who chose something stricter. */
const chosenBy: Partial<Record<string, ActionName>> = {
  privateAccount: 'profile.view',
  messagesFrom: 'message.send',
  callsFrom: 'call.start',
  mentionsFrom: 'mention',
  tagsFrom: 'tag',
  commentsFrom: 'comment',
  groupsFrom: 'group.add',
  paymentsFrom: 'payment.request',
  shownInSearchTo: 'search.appear',
  suggestedTo: 'suggestion.appear',
  followersShownTo: 'followers.view',
  activityShownTo: 'activity.view',
  location: 'location.view',
  remixFrom: 'content.remix',
  gifts: 'gift.send',
};

function choices(): Said[] {
  return Object.entries(chosenBy).flatMap(([setting, action]) => {
    const definition = catalogue.get(setting);
    if (!definition?.values || !action) return [];
    return definition.values
      .filter(
        (value) =>
          value !== (definition.default.grown as SettingValue) && value !== 'everyone' && value !== false,
      )
      .map(
        (value: SettingValue): Said => [
          `${action} adult>adult strangers ${setting}=${value}`,
          { action, who: { band: 'adult' }, whom: { band: 'adult', choices: { [setting]: value } } },
        ],
      );
  });
}

function contacts(): Said[] {
  const asks = ['contact.request', 'follow'] as const;
  return [
    ...asks.flatMap((action) => [
      two(action, 'adult', 'under-13', 'strangers'),
      two(action, '16-17', 'under-13', 'strangers'),
      two(action, '13-15', 'under-13', 'strangers'),
    ]),
    ...(
      [
        'contact.request',
        'follow',
        'message.send',
        'call.start',
        'search.appear',
        'suggestion.appear',
      ] as const
    ).map(
      (action): Said => [
        `${action} 13-15>13-15 age-in-doubt`,
        { action, who: { band: '13-15', inDoubt: true }, whom: { band: '13-15' } },
      ],
    ),
    two('search.appear', '13-15', '13-15', 'strangers high-risk', { risk: 3 }),
    two('suggestion.appear', '13-15', '13-15', 'strangers high-risk', { risk: 3 }),
    ...(['adult', '16-17'] as const).flatMap((from) => [
      two('message.send', from, '13-15', 'contacts elevated picture', {
        connected: true,
        risk: 2,
        given: { media: true },
      }),
      two('message.send', from, '13-15', 'contacts elevated link', {
        connected: true,
        risk: 2,
        given: { link: true },
      }),
      two('message.send', from, '13-15', 'contacts elevated', { connected: true, risk: 2 }),
    ]),
    ...(['comment', 'mention', 'tag', 'message.send', 'contact.request'] as const).map((action) =>
      two(action, '16-17', '13-15', 'contacts insult', { connected: true, given: { insult: true } }),
    ),
    two('gift.send', '13-15', 'adult', 'contacts', { connected: true }),
    two('gift.send', '16-17', '16-17', 'contacts', { connected: true }),
    two('payment.request', '18-24', '18-24', 'contacts', { connected: true }),
    ...(['profile.view', 'followers.view', 'location.view'] as const).map(
      (action): Said => [`${action} 13-15 own`, { action, who: { band: '13-15' }, whom: 'self' }],
    ),
  ];
}

/** What roles, first days, groups and calls at night add. */
function acquaintance(): Said[] {
  const night = { localTime: '23:00' };
  const roles = ['message.send', 'call.start', 'gift.send', 'location.view'] as const;
  return [
    ...(['under-13', '13-15', '16-17'] as const).map((band) =>
      two('contact.accept', band, 'adult', 'strangers'),
    ),
    two('contact.accept', 'under-13', '13-15', 'strangers'),
    two('contact.accept', '13-15', 'adult', 'strangers other-high-risk', { riskOfOther: 3 }),
    ...roles.map((action) =>
      two(action, 'adult', '13-15', 'teacher', { given: { relationship: 'teacher' } }),
    ),
    two('message.send', 'adult', '13-15', 'teacher night', { given: { relationship: 'teacher', ...night } }),
    two('call.start', 'adult', '13-15', 'helpline night', { given: { relationship: 'helpline', ...night } }),
    two('call.start', 'adult', '13-15', 'family night', { given: { relationship: 'family', ...night } }),
    two('gift.send', 'adult', '16-17', 'family', { given: { relationship: 'family' } }),
    two('call.start', '16-17', '16-17', 'contacts night', { connected: true, given: night }),
    two('message.send', 'adult', '16-17', 'new-contacts picture', {
      connected: true,
      lately: true,
      given: { media: true },
    }),
    two('comment', 'adult', '16-17', 'strangers link', { given: { link: true } }),
    [
      'comment adult>16-17 strangers link everyone-comments',
      {
        action: 'comment',
        who: { band: 'adult' },
        whom: { band: '16-17', choices: { commentsFrom: 'everyone' } },
        given: { link: true },
      },
    ],
    two('group.add', '16-17', '16-17', 'contacts no-strangers', {
      connected: true,
      given: { unknownAdults: false },
    }),
    ['group.add 13-15 own', { action: 'group.add', who: { band: '13-15' }, whom: 'self' }],
    two('message.send', '16-17', 'adult', 'strangers'),
    two('message.send', '16-17', 'under-13', 'strangers'),
    two('call.start', 'adult', '18-24', 'strangers'),
    two('message.send', 'adult', '18-24', 'strangers high-risk', { risk: 3 }),
    two('payment.request', 'adult', '18-24', 'strangers high-risk', { risk: 3 }),
  ];
}

function intimatePictures(): Said[] {
  const pairs: [AgeBand, AgeBand][] = [
    ['16-17', '13-15'],
    ['16-17', '16-17'],
    ['adult', '16-17'],
    ['13-15', 'adult'],
    ['unknown', '13-15'],
    ['adult', 'adult'],
  ];
  return [
    ...pairs.map(([from, to]) =>
      two('message.send', from, to, 'contacts intimate', { connected: true, given: { nudity: true } }),
    ),
    [
      'message.send adult>adult contacts intimate nudityProtection=blur-and-warn',
      {
        action: 'message.send',
        who: { band: 'adult' },
        whom: { band: 'adult', choices: { nudityProtection: 'blur-and-warn' } },
        connected: true,
        given: { nudity: true },
      },
    ],
  ];
}

function published(): Said[] {
  const consents = [
    ['neither', false, false],
    ['child', false, true],
    ['parent', true, false],
    ['both', true, true],
  ] as const;
  return [
    ...(['under-13', '13-15', '16-17', 'adult'] as const).flatMap((band) =>
      consents.map(
        ([how, parentPublishes, selfPublishes]): Said => [
          `personal.publish adult>${band} contacts consent-${how}`,
          {
            action: 'personal.publish',
            who: { band: 'adult' },
            whom: { band, parentPublishes, selfPublishes },
            connected: true,
          },
        ],
      ),
    ),
    two('personal.publish', 'adult', '18-24', 'blocked', { blocked: true }),
    ['personal.publish 13-15 own', { action: 'personal.publish', who: { band: '13-15' }, whom: 'self' }],
    ...everyBand.flatMap((band) => [
      one('content.view', band, 'sensitive', { sensitive: true }),
      one('content.view', band, 'intimate', { sensitive: true, nudity: true }),
      one('content.view', band, 'insult', { sensitive: false, insult: true }),
      one('content.view', band, 'harmless', { sensitive: false }),
      one('stream.start', band, 'public', { audience: 'public' }),
      one('stream.start', band, 'followers', { audience: 'followers' }),
    ]),
    ...(['13-15', '16-17', 'unknown', 'adult'] as const).flatMap((band) => [
      one('content.publish', band, 'public', { audience: 'public' }),
      one('content.publish', band, 'followers', { audience: 'followers' }),
      one('content.publish', band, 'intimate', { audience: 'followers', nudity: true }),
    ]),
    ...(['13-15', 'unknown', 'adult'] as const).flatMap((band) => [
      one('advert.show', band, 'targeted', { targeted: true }),
      one('advert.show', band, 'age-limited', { targeted: false, ageLimited: true }),
      one('advert.show', band, 'plain', { targeted: false }),
    ]),
  ];
}

function streams(): Said[] {
  return [
    two('stream.join', 'adult', '16-17', 'strangers'),
    two('stream.join', 'adult', '16-17', 'contacts', { connected: true }),
    two('stream.join', '16-17', '16-17', 'strangers'),
    two('stream.join', 'unknown', '16-17', 'strangers'),
    two('stream.join', 'adult', 'adult', 'strangers'),
    two('stream.join', 'adult', '18-24', 'blocked', { blocked: true }),
    two('stream.join', 'adult', '16-17', 'contacts high-risk', { connected: true, risk: 3 }),
  ];
}

function times(): Said[] {
  const use = (minutesToday: number, minutesSinceBreak: number, localTime = '10:00') => ({
    minutesToday,
    minutesSinceBreak,
    localTime,
  });
  const play = (
    minutesThisGame: number,
    minutesAllGames: number,
    minutesSinceWarning: number,
    rating = '00+',
  ) => ({
    minutesThisGame,
    minutesAllGames,
    minutesSinceWarning,
    rating,
  });
  return [
    one('app.use', '13-15', 'short', use(20, 20)),
    one('app.use', '13-15', 'break-due', use(60, 60)),
    one('app.use', '13-15', 'night', use(20, 20, '23:00')),
    one('app.use', '13-15', 'agreed-time-over', use(120, 20), {
      who: { band: '13-15', choices: { dailyMinutes: 120 } },
    }),
    one('app.use', 'unknown', 'break-due', use(60, 60)),
    one('app.use', 'adult', 'night', use(60, 60, '23:00')),
    one('notification.receive', '13-15', 'night', { localTime: '23:00' }),
    one('notification.receive', '13-15', 'night urgent', { localTime: '23:00', urgent: true }),
    one('notification.receive', '13-15', 'day', { localTime: '10:00' }),
    one('notification.receive', 'adult', 'night', { localTime: '23:00' }),
    ...(['13-15', 'unknown', 'adult'] as const).flatMap((band) => [
      one('game.play', band, 'begin', play(10, 10, 10)),
      one('game.play', band, 'warning-due', play(30, 30, 30)),
      one('game.play', band, 'hour-over', play(60, 60, 0)),
      one('game.play', band, 'day-over', play(10, 180, 10)),
    ]),
    one('game.play', 'under-13', 'rated-12', play(10, 10, 10, '12+')),
    one('game.play', '13-15', 'rated-12', play(10, 10, 10, '12+')),
    one('game.play', '13-15', 'rated-16', play(10, 10, 10, '16+')),
    one('game.play', '16-17', 'rated-16', play(10, 10, 10, '16+')),
    one('game.play', '16-17', 'rated-18', play(10, 10, 10, '18+')),
    one('game.play', 'adult', 'rated-18', play(10, 10, 10, '18+')),
  ];
}

/** About 300 situations: bands, actions, acquaintance, risk, doubt, choices, time. Ids never change their meaning. */
export const matrix: readonly MatrixRow[] = [
  ...betweenTwo(),
  ...choices(),
  ...contacts(),
  ...acquaintance(),
  ...intimatePictures(),
  ...published(),
  ...streams(),
  ...times(),
].map(([id, imagined]) => {
  const situation = imagine(imagined);
  return { id, name: saySituation(situation), situation };
});
