import { away, inLanguageOf, keben, type LocalText, person, report } from './people.ts';
import { type Command, type CommandTable, type Context, showdown, type User } from './showdown.ts';

const askFirst: LocalText = {
  vi: 'Hãy gửi lời mời kết bạn trước: /friends add TÊN.',
  en: 'Send a request of friendship first: /friends add NAME.',
};
const waits: LocalText = {
  vi: 'Lời mời đã gửi và nằm chờ ở mục riêng, không kèm thông báo.',
  en: 'Your request was sent. It waits apart, without a notification.',
};
const again: LocalText = {
  vi: 'Nếu bạn vẫn muốn, hãy làm lại lần nữa.',
  en: 'If you still want to, do it once more.',
};
/** Who was warned of what: a warning is shown once, before the deed. */
const warned = new Set<string>();

/** Asks Kề Bên before commands that start contact. Showdown's own checks come after and only make it stricter. */
export function guardCommands(commands: CommandTable): void {
  for (const name of ['msg', 'challenge', 'invitebattle']) wrap(commands, name, guardMessage);
  const friends = commands.friends as CommandTable;
  wrap(friends, 'add', async (context, target, run) => {
    const [from, to] = [person(context.user.id), person(showdown().toID(target))];
    if (await ask(context.user, 'contact.request', to.id, 'quiet-request')) await run();
    else {
      // The same entry in the list of requests, without the message that Showdown writes to the other person.
      await showdown().Chat.Friends.transaction('send', [from.id, to.id]);
      context.sendReply(inLanguageOf(context.user, waits));
    }
    report('contact.requested', { from, to });
  });
  wrap(friends, 'accept', async ({ user }, target, run) => {
    const from = person(showdown().toID(target));
    await ask(user, 'contact.accept', from.id);
    await run();
    report('contact.accepted', { from, to: person(user.id) });
  });
  wrap(friends, 'remove', async ({ user }, target, run) => {
    await run();
    report('contact.removed', { from: person(user.id), to: person(showdown().toID(target)) });
  });
  wrap(friends, 'listdisplay', async (context, target, run) => {
    const { user } = context;
    const { privateAccount } = (await keben().settings.get(user.id, person(user.id))).settings;
    if (privateAccount?.value === true && context.meansYes(target)) refuse(user, [privateAccount.reason]);
    return run();
  });
}

/** A private message, or a challenge or invitation to a game. */
async function guardMessage(context: Context, target: string, run: () => unknown): Promise<unknown> {
  const to = context.splitUser(target).targetUser;
  // Somebody who is not online gets nothing: Showdown's messages to absent people are switched off.
  if (to && to.id !== context.user.id) await ask(context.user, 'message.send', to.id);
  return run();
}

/** True for yes, false for the one limit that the caller keeps; everything else is refused with its reasons. */
async function ask(user: User, action: string, to: string, kept?: string): Promise<boolean> {
  const { decision, reasons, obligations, unavailable } = await keben().may({
    subject: person(user.id),
    action,
    resource: { type: 'account', ...person(to) },
  });
  const texts = [...reasons.map(({ text }) => text), ...(unavailable ? [away] : [])];
  const deed = `${user.id} ${action} ${to}`;
  if (decision === 'allow') {
    if (obligations.length === 0 || warned.has(deed)) return true;
    warned.add(deed);
    return refuse(user, [...texts, again]);
  }
  const limits = obligations.filter(({ kind }) => kind !== 'warn').map(({ id }) => id);
  if (decision === 'limit' && limits.length === 1 && limits[0] === kept) return false;
  // Showdown has no place where a first message could wait, so what would wait is refused, with a way out.
  return refuse(user, limits.includes('message-request') ? [...texts, askFirst] : texts);
}

function refuse(user: User, reasons: LocalText[]): never {
  const sentences = reasons.map((reason) => inLanguageOf(user, reason)).join(' ');
  throw new (showdown().Chat.ErrorMessage)(sentences || inLanguageOf(user, away));
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
