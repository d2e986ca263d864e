import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const inFolder = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = [...inFolder('.'), ...inFolder('docs'), ...inFolder('docs/adr'), ...inFolder('docs/models')];
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);
const program = readFileSync(join(root, 'apps/server/src/main.ts'), 'utf8');
const config = readFileSync(join(root, '.env.example'), 'utf8');
// Named in examples: what a reader sets on their own side.
const readersOwn = new Set([
  'CHAOS_SEED',
  'KEBEN_API_KEY',
  'KEBEN_WEBHOOK_SECRET',
  'KEBEN_URL',
  'CHROMIUM_PATH',
  'CI',
]);

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  it('links only to what is there', () => {
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:|#|tel:)([^)#\s]+)/g)) {
      expect(existsSync(join(root, dirname(page), target)), target).toBe(true);
    }
  });

  it('names only paths that exist', () => {
    const paths = /`((?:apps|packages|policy|docs|scripts|content|bench|test)\/[^`\s*{}<>…]*)`/g;
    for (const [, path = ''] of text.matchAll(paths)) {
      expect(existsSync(join(root, path.replace(/:\d+$/, ''))), path).toBe(true);
    }
  });

  it('names only commands that exist', () => {
    for (const [, script = ''] of text.matchAll(/npm run ([a-z][a-z:-]*)/g))
      expect(scripts).toContain(script);
    for (const [, command = ''] of text.matchAll(/(?:`|npx )keben ([a-z]+)/g)) {
      expect(program, command).toMatch(new RegExp(`^ {2}'?${command}( [a-z]+)?'?: \\{`, 'm'));
    }
  });

  it('names only variables that are read', () => {
    for (const [, name = ''] of text.matchAll(/`([A-Z][A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g)) {
      if (!readersOwn.has(name)) expect(config, name).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
    }
  });
});
