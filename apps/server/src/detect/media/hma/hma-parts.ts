import type { Database } from '../../../base/database.ts';
import type { MediaReader } from '../files/index.ts';
import type { IntoMemory } from '../into-memory.ts';
import type { LiveIndexes } from '../live/index.ts';
import type { LookupDesk } from '../lookup-desk.ts';
import type { NearPicture } from './near-picture.ts';
import type { Who } from './who.ts';

/** What the routes of HMA work with. */
export interface HmaParts {
  database: Database;
  live: LiveIndexes;
  media: MediaReader;
  desk: LookupDesk;
  who: Who;
  now: () => Date;
  intoMemory: IntoMemory;
  nearPicture: NearPicture;
  /** What the routes' descriptions share; hidden where the same paths are described already. */
  describe(part: string): { tags: string[]; security: { apiKey: string[] }[]; hide: boolean };
}
