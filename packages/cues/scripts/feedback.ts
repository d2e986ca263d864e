import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A text that responders judged: cues they confirmed, and cues that were not there. */
export interface Judged {
  text: string;
  carried: string[];
  innocent: string[];
}

const root = join(import.meta.dirname, '../../..');

/**
 * What responders decided on this installation, through `keben labels export`: it opens sealed texts, so it needs the
 * database and the keys. The file is readable by its owner alone and removed at once.
 */
export function readFeedback(): Judged[] {
  const folder = mkdtempSync(join(tmpdir(), 'keben-labels-'));
  const out = join(folder, 'labels.ndjson');
  try {
    execFileSync(
      process.execPath,
      [join(root, 'apps/server/src/main.ts'), 'labels', 'export', '--out', out],
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    return readFileSync(out, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { text, cues } = JSON.parse(line) as { text: string; cues: Record<string, 0 | 1> };
        const ids = Object.keys(cues).sort();
        return {
          text,
          carried: ids.filter((id) => cues[id] === 1),
          innocent: ids.filter((id) => cues[id] === 0),
        };
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
