import { guardCommands } from './contact.ts';
import { signedIn } from './people.ts';
import { screenBeforeDelivery } from './screen.ts';
import { showdown, type User } from './showdown.ts';

/** Called by Showdown for everything that somebody is about to say, in a room or privately. */
export const chatfilter = Object.assign(screenBeforeDelivery, { priority: -1000 });

/** Called by Showdown when somebody has signed in; `before` is the guest they were when the account was online. */
export function loginfilter(user: User, before: User | null): void {
  signedIn(user, (before ?? user).s1);
}

/** Called by Showdown while it loads plugins, in any order: the commands are complete once that is over. */
export function start(): void {
  setImmediate(() => {
    try {
      guardCommands(showdown().Chat.commands);
    } catch (cause) {
      // Showdown would log it and go on, with nobody protected.
      console.error(cause);
      process.exit(1);
    }
  });
}
