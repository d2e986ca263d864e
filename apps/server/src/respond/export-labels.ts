import { recordAudit } from '../base/audit.ts';
import type { Database } from '../base/database.ts';
import type { Keys } from '../base/keys.ts';
import { listOrganisations } from '../base/organisation-store.ts';
import { labelledTexts } from './label-store.ts';
import { textLabel, type Verdict } from './labels.ts';

/** One line of `keben labels export`: a stable contract (docs/cli.md). */
export interface LabelLine {
  text: string;
  lang?: 'vi' | 'en';
  cues: Record<string, 0 | 1>;
  outcome: Verdict;
  at: string;
}

const PAGE = 200;

/**
 * Opens the evidence texts of decided cases of every organisation, those that say something of a cue, in pages.
 * The audit lines of all organisations are committed before the first text is opened.
 */
export async function* exportLabels(database: Database, keys: Keys, now: Date): AsyncGenerator<LabelLine> {
  const organisations = await database.transaction('system', async (tx) => {
    const all = await listOrganisations(tx);
    for (const { id } of all) {
      await recordAudit(tx, {
        organisationId: id,
        actor: 'operator',
        action: 'labels.exported',
        target: id,
        at: now,
      });
    }
    return all;
  });
  for (const { id } of organisations) {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const { lines, last } = await database.transaction('system', async (tx) => {
        const found = await labelledTexts(tx, id, after, PAGE);
        const sealer = await keys.sealerOf(tx, id, now);
        return {
          last: found.length === PAGE ? found.at(-1)?.id : undefined,
          lines: found.flatMap(({ sealed, verdict, reason, cues, marks, at }): LabelLine[] => {
            const labels: Record<string, 0 | 1> = {};
            for (const cue of [...cues].sort()) {
              const label = textLabel(verdict, reason, marks?.[cue]);
              if (label !== undefined) labels[cue] = label;
            }
            // A text that teaches nothing stays sealed.
            if (Object.keys(labels).length === 0) return [];
            return [
              { text: sealer.open(sealed), cues: labels, outcome: verdict, at: new Date(at).toISOString() },
            ];
          }),
        };
      });
      yield* lines;
      if (last === undefined) break;
      after = last;
    }
  }
}
