export type AgeBand = 'under-13' | '13-15' | '16-17' | '18-24' | 'adult' | 'unknown';
export interface Party {
  id: string;
  ageBand: AgeBand;
}
export type Relationship = 'stranger' | 'contact' | 'friend' | 'family' | 'teacher';
type Harm = 'grooming' | 'manipulation' | 'sextortion' | 'trafficking' | 'scam' | 'image-abuse' | 'bullying';
interface Media {
  type: 'image' | 'video' | 'audio' | 'file';
  /** Lower-case hexadecimal, as all hashes. */
  pdq?: string;
  /** 0 to 100; under 50 the hash is not compared. */
  pdqQuality?: number;
  md5?: string;
  sha1?: string;
  sha256?: string;
  /** PDQ hashes of the frames of a film, one a second, at most 600 in one event. */
  frames?: { hash: string; quality: number }[];
  digitalSourceType?: string;
  c2pa?: { integrity: 'valid' | 'invalid' | 'not-checked'; generator?: string; actions?: string[] };
}
interface Account {
  account: {
    id: string;
    ageBand: AgeBand;
    /** How you know the age; `declared` without it. */
    assurance?: 'declared' | 'estimated' | 'parent' | 'school' | 'verified';
    /** How sure you are of the age, 0 to 1. */
    confidence?: number;
    /** The birthday that ends the age band (a date such as 2027-03-01): the account moves on by itself. */
    leavesBandOn?: string;
    createdAt?: string;
    deviceHash?: string;
  };
}
interface Pair {
  from: Party;
  to: Party;
}

/** Data of each event type that Kề Bên accepts. */
export interface EventData {
  'account.registered': Account;
  'account.updated': Account;
  'account.deleted': { account: { id: string } };
  'contact.requested': Pair;
  'contact.accepted': Pair;
  'contact.removed': Pair;
  'message.sent': {
    conversation: string;
    from: Party;
    to: Party[];
    text?: string;
    lang?: 'vi' | 'en';
    links?: string[];
    media?: Media[];
    relationship?: Relationship;
    /** Recipients whom a message to a group names or answers. */
    mentions?: string[];
    delivery?: 'delivered' | 'warned' | 'held' | 'blocked';
  };
  'content.published': {
    from: Party;
    audience: 'public' | 'followers' | 'private';
    text?: string;
    links?: string[];
    media?: Media[];
  };
  'media.shared': {
    conversation: string;
    from: Party;
    to: Party[];
    media: Media[];
    relationship?: Relationship;
  };
  'stream.started': { from: Party; audience: 'public' | 'followers' | 'private' };
  'gift.sent': { from: Party; to: Party; amount: number; currency: string };
  'payment.requested': { from: Party; to: Party; amount: number; currency: string; method?: string };
  'user.blocked': { by: Party; target: Party };
  'user.unblocked': { by: Party; target: Party };
  'user.reported': { by: Party; target: Party; harm?: Harm; conversation?: string; comment?: string };
}
