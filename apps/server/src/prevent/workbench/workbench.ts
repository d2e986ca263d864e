import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Services } from '../../base/services.ts';
import { type Safeguards, safeguardsFolder } from '../safeguards.ts';
import { createExaminer, type Examiner } from './examiner.ts';
import { createPolicyBook } from './policy-book.ts';
import { createSampler, type Sampler } from './sampler.ts';

/** What the policy workbench stands on; one a process. */
export interface Workbench {
  files: Safeguards;
  book: ReturnType<typeof createPolicyBook>;
  examiner: Examiner;
  sampler: Sampler;
  close(): Promise<void>;
}

export function createWorkbench(
  { database, log, now }: Pick<Services, 'database' | 'log' | 'now'>,
  files: Safeguards,
): Workbench {
  const schema = readFileSync(join(safeguardsFolder, 'schema.cedarschema'), 'utf8');
  const examiner = createExaminer({
    files: files.list.map(({ id, file, text }) => ({ id, file, text })),
    schema,
  });
  const sampler = createSampler({
    database,
    now,
    report: (err) => log.error({ err }, 'facts of requests could not be counted'),
  });
  return {
    files,
    examiner,
    sampler,
    book: createPolicyBook(files, schema, (fault) =>
      log.error(fault, 'published policies do not count any more: the files hold instead'),
    ),
    async close() {
      await sampler.close();
      await examiner.close();
    },
  };
}
