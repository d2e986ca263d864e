import type { Tx } from '../base/database.ts';
import type { Keys } from '../base/keys.ts';
import type { Topics } from '../base/outbox.ts';
import { appendStep, evidenceOf, openCaseOf } from './case-store.ts';
import { mergeGenerativeAi } from './generative-ai.ts';
import { addMessages } from './open-case.ts';

/**
 * AI-made media that an account sends to the person it has an open case about becomes evidence there and sets the flag.
 * Sent to anybody else it opens nothing: most pictures that a model made are harmless. Returns the case's id.
 */
export async function noteAiMadeMedia(
  tx: Tx,
  keys: Keys,
  organisationId: string,
  { position, account, towards }: Topics['media.ai-made'],
  now: Date,
): Promise<string | undefined> {
  const row = await openCaseOf(tx, organisationId, account);
  if (!row || row.counterpart === null || !towards.includes(row.counterpart)) return undefined;
  const held = (await evidenceOf(tx, row.id)).some((item) => item.position === position);
  if (held && row.generativeAi.includes('provenance')) return undefined;
  await addMessages(tx, await keys.sealerOf(tx, organisationId, now), row, [position]);
  await appendStep(
    tx,
    row,
    { step: 'evidence-added', at: now, actor: null, data: { generativeAi: ['provenance'] } },
    { generativeAi: mergeGenerativeAi(row.generativeAi, ['provenance']) },
  );
  return row.id;
}
