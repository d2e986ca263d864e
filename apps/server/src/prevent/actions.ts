import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { AgeBand } from '../base/vocabulary.ts';
import { Id } from './shapes.ts';

const flag = z.boolean().default(false);
const minutes = z.int().min(0).max(1440);
const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a local time HH:MM')
  .optional();
const audience = z.enum(['public', 'followers', 'private']);
/** Classes of games in Decree 147/2024 Art 38. */
const rating = z.enum(['00+', '12+', '16+', '18+']);

/**
 * How two accounts know each other beyond accepted contacts, in the platform's words: `family`, `teacher` and `helpline`
 * are roles that the platform itself checked, never what a user says of itself.
 */
export const Relationship = z.enum(['stranger', 'contact', 'friend', 'family', 'teacher', 'helpline']);
export type Relationship = z.infer<typeof Relationship>;

/** What the platform says of something between two accounts. `localTime` is that of the one acted upon. */
const between = z.object({
  relationship: Relationship.optional(),
  localTime,
  nudity: flag,
  insult: flag,
  media: flag,
  link: flag,
  // Who is in a group that nobody described is not known.
  unknownAdults: z.boolean().default(true),
});

/** Actions that safeguards speak of, by the type of the thing acted upon, with what the platform says of each. */
export const actions = {
  'contact.request': { resource: 'account', given: between },
  'contact.accept': { resource: 'account', given: between },
  follow: { resource: 'account', given: between },
  'message.send': { resource: 'account', given: between },
  'call.start': { resource: 'account', given: between },
  mention: { resource: 'account', given: between },
  tag: { resource: 'account', given: between },
  comment: { resource: 'account', given: between },
  'group.add': { resource: 'account', given: between },
  'payment.request': { resource: 'account', given: between },
  'gift.send': { resource: 'account', given: between },
  'profile.view': { resource: 'account', given: between },
  'followers.view': { resource: 'account', given: between },
  'activity.view': { resource: 'account', given: between },
  'location.view': { resource: 'account', given: between },
  'search.appear': { resource: 'account', given: between },
  'suggestion.appear': { resource: 'account', given: between },
  'content.remix': { resource: 'account', given: between },
  'personal.publish': {
    resource: 'account',
    given: z.object({ relationship: between.shape.relationship, audience: audience.default('public') }),
  },
  // Content that nobody rated is not known to be harmless.
  'content.view': {
    resource: 'content',
    given: z.object({ sensitive: z.boolean().default(true), nudity: flag, insult: flag }),
  },
  'content.publish': { resource: 'content', given: z.object({ audience, sensitive: flag, nudity: flag }) },
  'advert.show': { resource: 'content', given: z.object({ targeted: z.boolean(), ageLimited: flag }) },
  'stream.start': { resource: 'stream', given: z.object({ audience: audience.default('public') }) },
  'stream.join': {
    resource: 'stream',
    given: z.object({
      host: Id,
      hostAgeBand: AgeBand.optional(),
      relationship: between.shape.relationship,
    }),
  },
  'app.use': {
    resource: 'app',
    given: z.object({ minutesToday: minutes, minutesSinceBreak: minutes, localTime }),
  },
  'notification.receive': { resource: 'app', given: z.object({ localTime, urgent: flag }) },
  'game.play': {
    resource: 'game',
    given: z.object({
      minutesThisGame: minutes,
      minutesAllGames: minutes,
      minutesSinceWarning: minutes,
      rating,
    }),
  },
} as const;

export type ActionName = keyof typeof actions;
export const ResourceType = z.enum(['account', 'content', 'stream', 'app', 'game']);
export type ResourceType = z.infer<typeof ResourceType>;

/** Names of the actions that fit a type of resource. */
export function actionsOn(type: ResourceType): ActionName[] {
  return (Object.keys(actions) as ActionName[]).filter((name) => actions[name].resource === type);
}

/** The action by name; throws an AppError with a pointer when there is none or it does not fit the resource. */
export function actionFor(name: string, type: ResourceType, pointer = '/action'): ActionName {
  if (Object.hasOwn(actions, name) && actions[name as ActionName].resource === type)
    return name as ActionName;
  const known = Object.hasOwn(actions, name) ? 'does not fit' : 'is not known for';
  throw new AppError(
    'invalid-request',
    `The action ${name} ${known} a resource of type ${type}; it takes ${actionsOn(type).join(', ')}.`,
    {
      pointer,
    },
  );
}

export type Given<A extends ActionName> = z.infer<(typeof actions)[A]['given']>;

/**
 * What the platform says about an action, from `context` and the resource's `properties` (context wins), checked.
 * Throws an AppError whose pointer names the missing or wrong attribute.
 */
export function readGiven<A extends ActionName>(
  action: A,
  context: Record<string, unknown> = {},
  properties: Record<string, unknown> = {},
): Given<A> {
  const parsed = actions[action].given.safeParse({ ...properties, ...context });
  if (parsed.success) return parsed.data as Given<A>;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? '');
  const where =
    !Object.hasOwn(context, name) && Object.hasOwn(properties, name) ? '/resource/properties' : '/context';
  const missing = !Object.hasOwn(context, name) && !Object.hasOwn(properties, name);
  throw new AppError(
    'invalid-request',
    missing
      ? `The action ${action} needs the attribute ${name}: ${issue?.message}.`
      : `${name}: ${issue?.message}.`,
    { pointer: `${where}/${name}` },
  );
}
