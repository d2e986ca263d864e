import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ActionName, actions } from './actions.ts';
import { catalogue, type Definition } from './catalogue.ts';
import { obligations } from './obligations.ts';
import { loadSafeguards } from './safeguards.ts';

const root = join(import.meta.dirname, '../../../..');
const page = join(root, 'docs/safeguards.md');
const reference = join(root, 'docs/safeguards-reference.md');
const { list } = loadSafeguards();
const rows = z
  .array(z.looseObject({ policy: z.string(), shows: z.string(), outcome: z.string() }))
  .parse(parse(readFileSync(join(import.meta.dirname, 'safeguards-rows.yaml'), 'utf8')));

const table = (head: string[], body: string[][]) =>
  [head, head.map(() => '---'), ...body]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const kinds: Record<string, string> = { allow: 'warns', deny: 'refuses', limit: 'limits' };

function policies(file: string): string {
  return table(
    ['policy', 'does', 'sentence', 'cue', 'law', 'shown by'],
    list
      .filter((one) => one.file === file)
      .map(({ id, effect, obligation, reason, cue, law }) => {
        const kind = obligation === undefined ? undefined : obligations[obligation];
        const does =
          effect === 'permit'
            ? 'permits'
            : kind === undefined
              ? 'refuses'
              : `${kind === 'warn' ? kinds.allow : kinds.limit}: \`${obligation}\``;
        const shown = rows.filter(({ policy }) => policy === id).map(({ shows }) => shows);
        return [`\`${id}\``, does, `${reason.vi}<br>${reason.en}`, cue ?? '', law ?? '', shown.join('; ')];
      }),
  );
}

function settings(): string {
  const value = (definition: Definition, band: keyof Definition['default']) => {
    const { number } = definition;
    const of = definition.default[band];
    return number && of === number.off ? 'off' : String(of);
  };
  const cell = (definition: Definition, band: 'under-13' | '13-15' | '16-17') =>
    `${value(definition, band)} (${definition.loosen[band]})`;
  return table(
    [
      'setting',
      'name',
      'under 13',
      '13–15',
      '16–17',
      'unknown',
      '18–24',
      'adult',
      'both consents under 16',
      'law',
    ],
    [...catalogue.values()].map((definition) => [
      `\`${definition.id}\``,
      `${definition.name.vi}<br>${definition.name.en}`,
      cell(definition, 'under-13'),
      cell(definition, '13-15'),
      cell(definition, '16-17'),
      value(definition, 'unknown'),
      value(definition, '18-24'),
      value(definition, 'grown'),
      definition.publishes ? 'yes' : '',
      definition.law ?? '',
    ]),
  );
}

interface Attribute {
  type?: string;
  enum?: unknown[];
  default?: unknown;
}

function asked(): string {
  return table(
    ['action', 'resource', 'you must say', 'you may say (and what is taken if you do not)'],
    (Object.keys(actions) as ActionName[]).map((name) => {
      const { resource, given } = actions[name];
      const { properties = {}, required = [] } = z.toJSONSchema(given, { io: 'input' }) as {
        properties?: Record<string, Attribute>;
        required?: string[];
      };
      const said = (attribute: string) => {
        const { enum: values, default: taken } = properties[attribute] ?? {};
        const range = values ? ` (${values.join(', ')})` : '';
        return `\`${attribute}\`${range}${taken === undefined ? '' : ` = ${JSON.stringify(taken)}`}`;
      };
      const names = Object.keys(properties);
      // The same nine for whatever happens between two accounts.
      const usual = given === actions['message.send'].given;
      return [
        `\`${name}\``,
        resource,
        names
          .filter((one) => required.includes(one))
          .map(said)
          .join(', '),
        usual && name !== 'contact.request'
          ? 'as `contact.request`'
          : names
              .filter((one) => !required.includes(one))
              .map(said)
              .join(', '),
      ];
    }),
  );
}

const written = `# Safeguards: reference

Written from \`policy/settings.yaml\`, \`policy/safeguards/\` and \`apps/server/src/prevent/actions.ts\` by a test, so that it cannot drift: \`npx vitest run --project unit apps/server/src/prevent/safeguards-page.test.ts -u\`. What it means: [safeguards.md](safeguards.md).

## Settings by age

The default of each age, and in brackets who may loosen it there: nobody, a supervising parent, or the young person (\`self\`, after a reminder). Stricter is always one's own choice. Of an unknown age nobody may loosen; grown people decide for themselves.

${settings()}

## What to say with a question

In \`context\` (or the resource's \`properties\`; \`context\` wins). \`localTime\` is \`HH:MM\` where the person protected is, by your clock and not that of a phone; without it Viet Nam's time is taken. Minutes are whole, of today.

${asked()}

## Policies

A policy that refuses makes the answer \`deny\`; one that limits makes it \`limit\` with an obligation; one that warns leaves it \`allow\` with an obligation. Laws are ids of \`GET /v1/public/law\`, cues those of [cues.md](cues.md). The last column names the tests of [safeguards-rows.yaml](../apps/server/src/prevent/safeguards-rows.yaml).

${[...new Set(list.map(({ file }) => file))].map((file) => `### ${file.replace('.cedar', '')}\n\n${policies(file)}`).join('\n\n')}
`;

describe('docs/safeguards-reference.md', () => {
  it('is what policies, settings and actions say', async () => {
    await expect(written).toMatchFileSnapshot(reference);
  });
});

describe('docs/safeguards.md', () => {
  const text = readFileSync(page, 'utf8');
  const ids = new Set(list.map(({ id }) => id));

  it('names only policies, settings, obligations and actions that exist', () => {
    const names = [...text.matchAll(/`([A-Za-z0-9.-]+)`/g)].map(([, name = '']) => name);
    const kebab = names.filter((name) => /^[a-z0-9]+(-[a-z0-9]+)+$/.test(name));
    const known = new Set([
      ...ids,
      ...Object.keys(obligations),
      ...['18-24', '13-15', '16-17', 'under-13', 'blur-and-warn'],
    ]);
    expect(kebab.filter((name) => !known.has(name))).toEqual([]);
    const camel = names.filter((name) => /^[a-z]+([A-Z][a-z]+)+$/.test(name));
    const attributes = Object.values(actions).flatMap(({ given }) => Object.keys(given.shape));
    expect(camel.filter((name) => !catalogue.has(name) && !attributes.includes(name))).toEqual([]);
    const dotted = names.filter((name) => /^[a-z]+\.[a-z]+$/.test(name));
    const subjects = [...new Set(list.map(({ file }) => file)), 'cues.yaml', 'settings.yaml'];
    expect(dotted.filter((name) => !(name in actions) && !subjects.includes(name))).toEqual([]);
    expect(kebab.length).toBeGreaterThan(40);
  });

  it('cites only tests that exist, and one in every row of its comparisons', () => {
    const files = new Map(
      [...text.matchAll(/^\[([a-z-]+)\]: (\S+)$/gm)].map(([, name = '', path = '']) => [name, path]),
    );
    const cited = [...text.matchAll(/\[([^\]]+)\]\[([a-z-]+)\]/g)];
    expect(cited.length).toBeGreaterThan(30);
    for (const [, title = '', name = ''] of cited) {
      const source = readFileSync(join(dirname(page), files.get(name) ?? name), 'utf8');
      expect(source.includes(title), `${title} in ${name}`).toBe(true);
    }
    const compared = text
      .split('\n## ')
      .filter((part) => /^(Teen Accounts|Beyond)/.test(part))
      .flatMap((part) =>
        part
          .split('\n')
          .filter((line) => line.startsWith('| '))
          .slice(2),
      );
    expect(compared.length).toBeGreaterThan(8 + 10);
    for (const line of compared) {
      expect(line).toMatch(/\]\[[a-z-]+\]/);
      const named = [...line.matchAll(/`([A-Za-z0-9.-]+)`/g)].map(([, name = '']) => name);
      expect(
        named.some((name) => ids.has(name) || catalogue.has(name)),
        line,
      ).toBe(true);
    }
  });

  it('says what to do for each obligation', () => {
    for (const [id, kind] of Object.entries(obligations)) expect(text).toContain(`| \`${id}\` | ${kind} |`);
  });
});
