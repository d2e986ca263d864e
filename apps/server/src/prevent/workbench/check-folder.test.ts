import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { safeguardsFolder } from '../safeguards.ts';
import { checkPolicyFolder } from './check-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'keben-policies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function withTime(edit: (text: string) => string): string {
  cpSync(safeguardsFolder, folder, { recursive: true });
  const file = join(folder, 'time.cedar');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  return folder;
}

describe('a folder of policies', () => {
  it('differs in nothing when it is the shipped one', () => {
    expect(checkPolicyFolder()).toMatchObject({ floor: [], changes: [], idle: [], inCedar: [] });
  });

  it('is told from the shipped one by situation, and from the floor by protection', () => {
    const stricter = checkPolicyFolder(
      withTime((text) => text.replace('context.quiet && !context.urgent', 'context.quiet')),
    );
    expect(stricter.floor).toEqual([]);
    expect(stricter.changes.map(({ id }) => id)).toEqual(['notification.receive 13-15 night urgent']);
    const weaker = checkPolicyFolder(
      withTime((text) => text.replace('context.rating > context.leastAge', 'context.rating > 100')),
    );
    expect(weaker.floor.map(({ protection }) => protection)).toEqual(['game-class-fits-the-age']);
    expect(weaker.idle).toEqual(['game-class-fits-the-age']);
  });

  it('is refused with file and policy when it does not compile', () => {
    const wrong = withTime((text) => text.replace('context.rating >', 'context.ratin >'));
    expect(() => checkPolicyFolder(wrong)).toThrow(/time\.cedar: policy game-class-fits-the-age: .*ratin/);
  });
});
