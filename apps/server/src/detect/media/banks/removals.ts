import type { Actor } from './bank.ts';

/**
 * The bank into which young people's requests put the hashes of pictures of theirs (room respond). Named here, since
 * whoever else changes banks must know what is not theirs to take away.
 */
export const REMOVAL_BANK = 'Yêu cầu gỡ ảnh';

/** Who puts contents into it, so that anybody in the organisation may confirm them. */
export const removalActor: Actor = { id: 'removal', name: 'removal' };
