import type { Decision } from '@keben/sdk';
import { away, inLanguageOf, keben, type LocalText, person, relationship, report } from './people.ts';
import { type Command, type CommandTable, type Context, showdown, type User } from './showdown.ts';

const askFirst: LocalText = {
  vi: 'Hai bạn chưa kết bạn. Hãy gửi lời mời trước: /friends add TÊN.',
  en: 'You are not friends yet. Send a request first: /friends add NAME.',
};
const waits: LocalText = {
  vi: 'Lời mời đã gửi và nằm chờ ở mục riêng, không kèm thông báo.',
  en: 'Your request was sent. It waits apart, without a notification.',
};

/** Asks Kề Bên before commands that start contact. Showdown's own checks come after and only make it stricter. */
export function guardCommands(commands: CommandTable): void {
  for (const name of ['msg', 'challenge', 'invitebattle']) wrap(commands, name, guardMessage);
  const friends = commands.friends as CommandTable;
  wrap(friends, 'add', guardRequest);
  wrap(friends, 'accept', async ({ user }, target, run) => {
    await run();
    report('contact.accepted', { from: person(showdown().toID(target)), to: person(user.id) });
  });
  wrap(friends, 'remove', async ({ user }, target, run) => {
    await run();
    report('contact.removed', { from: person(user.id), to: person(showdown().toID(target)) });
  });
  wrap(friends, 'listdisplay', async (context, target, run) => {
    const { user } = context;
    const { privateAccount } = (await keben().settings.get(user.id, person(user.id))).settings;
    if (privateAccount?.value === true && context.meansYes(target)) refuse(user, privateAccount.reason);
    return run();
  });
}

/** A private message, or a challenge or invitation to a game. */
async function guardMessage(context: Context, target: string, run: () => unknown): Promise<unknown> {
  const { user } = context;
  const to = context.splitUser(target).targetUser;
  // Somebody who is not online gets nothing: Showdown's messages to absent people are switched off.
  if (!to || to.id === user.id) return run();
  const decision = await keben().may({
    subject: person(user.id),
    action: 'message.send',
    resource: { type: 'account', ...person(to.id) },
    context: { relationship: relationship(user, to) },
  });
  if (decision.decision === 'allow') return run();
  // Showdown has no place where a first message could wait, so what would wait is refused, with a way out.
  const mayWait = decision.obligations.some(({ id }) => id === 'message-request');
  return refuse(user, ...reasonsOf(decision), mayWait ? askFirst : undefined);
}

async function guardRequest(context: Context, target: string, run: () => unknown): Promise<void> {
  const { user } = context;
  const to = person(showdown().toID(target));
  const from = person(user.id);
  const decision = await keben().may({
    subject: from,
    action: 'contact.request',
    resource: { type: 'account', ...to },
  });
  const quiet = decision.obligations.some(({ id }) => id === 'quiet-request');
  // Other limits, such as a parent who has to agree, have no place in Showdown.
  if (decision.decision === 'deny' || decision.obligations.length > Number(quiet))
    refuse(user, ...reasonsOf(decision));
  if (quiet) {
    // The same entry in the list of requests, without the message that Showdown writes to the other person.
    await showdown().Chat.Friends.transaction('send', [from.id, to.id]);
    context.sendReply(inLanguageOf(user, waits));
  } else await run();
  report('contact.requested', { from, to });
}

function reasonsOf({ reasons, unavailable }: Decision): LocalText[] {
  return unavailable ? [away] : reasons.map(({ text }) => text);
}

function refuse(user: User, ...reasons: (LocalText | undefined)[]): never {
  const sentences = reasons.flatMap((reason) => (reason ? [inLanguageOf(user, reason)] : []));
  throw new (showdown().Chat.ErrorMessage)(sentences.join(' ') || inLanguageOf(user, away));
}

type Guard = (context: Context, target: string, run: () => unknown) => Promise<unknown>;

function wrap(table: CommandTable, name: string, guard: Guard): void {
  const original = table[name];
  if (typeof original !== 'function') throw new Error(`Showdown has no command ${name} to guard`);
  const guarded: Command = function (target, ...rest) {
    return guard(this, target, () => original.call(this, target, ...rest));
  };
  // Showdown notes permissions and help on the function itself.
  table[name] = Object.assign(guarded, original);
}
