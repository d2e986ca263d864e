import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { openEmbedded } from '../base/database.ts';
import { AppError } from '../base/errors.ts';
import type { Level } from '../base/vocabulary.ts';
import { type ActionName, actions } from './actions.ts';
import type { SettingValue } from './catalogue.ts';
import { chooseSetting, consentToPublishing, storedOf } from './choose-setting.ts';
import { entryOf } from './entry-stage.ts';
import { createQuestionDesk } from './question-desk.ts';
import { recordAccounts } from './record-accounts.ts';
import { loadSafeguards, type Verdict } from './safeguards.ts';
import { saveChoices } from './store.ts';

/** Noon of a school day in Ha Noi: nobody's quiet hours. */
export const NOON = new Date('2026-11-25T05:00:00Z');

/** Who asks what of whom; `resource` is the id of an account, or of anything where the action is not about an account. */
export type Ask = [
  subject: string,
  action: ActionName,
  resource: string,
  context?: Record<string, unknown> | undefined,
];

/**
 * For tests: safeguards on a real embedded database. Accounts, contacts and blocks come from events, choices from the
 * use cases, so that a question is judged as in production.
 */
export async function openSafeguardsStage() {
  const database = await openEmbedded();
  const organisationId = randomUUID();
  const safeguards = loadSafeguards();
  const desk = createQuestionDesk({ database, policies: async () => safeguards, now: () => NOON });
  const within = <T>(work: Parameters<typeof database.transaction<T>>[1]) =>
    database.transaction({ organisation: organisationId }, work);

  return {
    safeguards,
    /** A platform's events, days before now. */
    async tell(...events: [type: string, data: object, daysAgo?: number][]) {
      const entries = events.map(([type, data, daysAgo = 100]) =>
        entryOf(organisationId, type, data, new Date(NOON.getTime() - daysAgo * 86_400_000)),
      );
      await database.transaction('system', (tx) => recordAccounts(tx, entries, NOON));
    },
    /** The account's own choice; what it may not choose is an AppError. */
    choose(account: string, setting: string, value: SettingValue | null) {
      return within((tx) =>
        chooseSetting(tx, { organisationId, account, setting, value, reminded: true }, NOON),
      );
    },
    consent: (account: string, given: boolean) =>
      within((tx) => consentToPublishing(tx, organisationId, account, given, NOON)),
    /** What the account's active supervisors decided. */
    parentDecided(account: string, parent: Record<string, SettingValue>, parentPublishes = false) {
      return within(async (tx) => {
        const stored = await storedOf(tx, organisationId, account);
        await saveChoices(tx, organisationId, account, { ...stored, parent, parentPublishes }, NOON);
      });
    },
    /** What detection knows of an account. */
    atRisk(account: string, level: Level) {
      return database.transaction('system', (tx) =>
        tx.execute(
          sql`insert into risk_state (organisation_id, key, state, updated_at)
            values (${organisationId}, ${`account:${account}`}, ${JSON.stringify({ level })}::json, ${NOON.toISOString()})`,
        ),
      );
    },
    async ask(...asks: Ask[]): Promise<Verdict[]> {
      const answers = await desk.ask(
        organisationId,
        asks.map(([subject, action, resource, context]) => ({
          subject: { id: subject },
          action,
          resource: { type: actions[action].resource, id: resource },
          context,
        })),
      );
      return answers.map((answer) => {
        if (answer instanceof AppError) throw answer;
        return answer;
      });
    },
    close: () => database.close(),
  };
}
