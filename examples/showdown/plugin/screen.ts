import { away, inLanguageOf, keben, type LocalText, person, relationship, report } from './people.ts';
import { type Context, type Room, showdown, type User } from './showdown.ts';

/** Kề Bên takes this many recipients; a larger room is judged by its youngest. Unknown ages count as young. */
const MOST_RECIPIENTS = 256;
const byAge = ['under-13', '13-15', 'unknown', '16-17', '18-24', 'adult'];
/** What was found fit to be said, by the attempt in which it is said. */
const passed = new WeakMap<Context, Set<string>>();
/** Screenings that run, by sender: what somebody says stays in order. */
const running = new Map<string, Promise<void>>();

const held: LocalText = {
  vi: 'Tin này chưa được gửi: nó có dấu hiệu gây hại và cần người phụ trách xem trước.',
  en: 'This message was not sent: it shows signs of harm and somebody in charge looks at it first.',
};

/**
 * Showdown wants an answer at once and Kề Bên needs a moment. So the first attempt ends without a word; when the
 * answer is there, the attempt is made again and passes.
 */
export function screenBeforeDelivery(
  this: Context,
  text: string,
  user: User,
  room: Room | null,
  _connection: unknown,
  target: User | null,
): undefined {
  if (passed.get(this)?.has(text)) return;
  const to = target ? [target] : Object.values(room?.users ?? {}).filter(({ id }) => id !== user.id);
  const mine = (running.get(user.id) ?? Promise.resolve())
    .then(() => deliver(this, text, to, room))
    .catch((cause: unknown) => {
      // Kề Bên found the question wrong, or Showdown failed: nobody said yes.
      showdown().Monitor.warn(`keben could not screen: ${String(cause)}`);
      this.errorReply(inLanguageOf(user, away));
    })
    .finally(() => running.get(user.id) === mine && running.delete(user.id));
  running.set(user.id, mine);
  throw new (showdown().Chat.Interruption)();
}

async function deliver(context: Context, text: string, to: User[], room: Room | null): Promise<void> {
  const { user } = context;
  const message = {
    conversation: room?.roomid ?? ['pm', ...[user.id, to[0]?.id].sort()].join('-'),
    from: person(user.id),
    // A room keeps its last lines for whoever comes next, so it counts as somebody of unknown age.
    to: (to.length > 0 ? to.map(({ id }) => person(id)) : [person(`room-${room?.roomid}`)])
      .sort((a, b) => byAge.indexOf(a.ageBand) - byAge.indexOf(b.ageBand))
      .slice(0, MOST_RECIPIENTS),
    text,
    relationship: to.length === 1 && to[0] ? relationship(user, to[0]) : ('stranger' as const),
  };
  const { decision, advice, unavailable } = await keben().screen(message);
  const stopped = decision === 'hold' || decision === 'block';
  const delivery = stopped ? 'held' : decision === 'warn' ? 'warned' : 'delivered';
  if (to.length > 0) report('message.sent', { ...message, delivery });
  if (stopped) return context.errorReply(inLanguageOf(user, unavailable ? away : held));
  passed.set(context, (passed.get(context) ?? new Set()).add(text));
  // It is the same message, not a second one: Showdown must not count it against the sender.
  Object.assign(user, { lastMessage: '', lastMessageTime: 0 });
  await context.parse();
  const words = advice[0]?.text;
  if (decision === 'warn' && words) for (const one of to) advise(one, user, room, inLanguageOf(one, words));
}

function advise(reader: User, sender: User, room: Room | null, advice: string): void {
  if (room) reader.sendTo(room, `|| ${advice}`);
  else reader.send(`|pm|${sender.getIdentity()}|${reader.getIdentity()}|/text ${advice}`);
}
