/** What this plugin uses of Pokémon Showdown 0.11: see its server/chat.ts, users.ts and friends.ts. */
export interface User {
  id: string;
  registered: boolean;
  language: string | null;
  friends?: Set<string>;
  lastMessage: string;
  lastMessageTime: number;
  /** The first of the fields that the login server may sign beside the name; here the age band. */
  s1?: string;
  getIdentity(): string;
  send(line: string): void;
  sendTo(room: Room, line: string): void;
}

export interface Room {
  roomid: string;
  users: Record<string, User>;
}

/** One attempt to say or do something. `parse()` makes the attempt again, from the beginning. */
export interface Context {
  user: User;
  parse(): unknown;
  errorReply(text: string): void;
  sendReply(text: string): void;
  splitUser(target: string): { targetUser: User | null };
  meansYes(word: string): boolean;
}

export type Command = (this: Context, target: string, ...rest: unknown[]) => unknown;
export interface CommandTable {
  [name: string]: Command | CommandTable | string | string[];
}

interface Showdown {
  Chat: {
    commands: CommandTable;
    /** Ends a command or message: without a word, or with a sentence to the person. */
    Interruption: new () => Error;
    ErrorMessage: new (text: string) => Error;
    Friends: { transaction(name: 'send', ids: [string, string]): Promise<unknown> };
  };
  Monitor: { warn(text: string): void };
  Config: { keben: { url: string; apiKey: string; source: string; timeout: number } };
  toID(name: string): string;
}

/** Showdown's globals, read when they are used: while plugins load, not all of them are there. */
export const showdown = () => globalThis as unknown as Showdown;
