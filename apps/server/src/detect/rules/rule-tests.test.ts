import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleFacts } from '@keben/cues/rules';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgeBand, Harm } from '../../base/vocabulary.ts';
import { Relationship } from '../event.ts';
import { loadDetectionPolicy, policyFolder } from '../policy.ts';
import { runRuleTests } from './rule-tests.ts';

describe('the rules of this repository', () => {
  it.each(runRuleTests())('$file: $name', ({ wrong }) => expect(wrong).toBeUndefined());

  it('know the words that events use', () => {
    expect(ruleFacts.harm.values).toEqual(['', ...Harm.options]);
    expect(ruleFacts.relationship.values).toEqual(Relationship.options);
    expect(ruleFacts.actorBand.values).toEqual(AgeBand.options);
  });
});

describe('tests beside rule files', () => {
  let folder: string;
  const messages = (when: string, tests: string) => {
    writeFileSync(
      join(folder, 'messages.yaml'),
      `version: v\non: message\nrules:\n  - id: one\n    when: ${when}\n    decision: warn\n    reason: { vi: Vì sao, en: Why }\n`,
    );
    writeFileSync(join(folder, 'messages.test.yaml'), `tests:\n${tests}`);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keben-rules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('tell what differs', () => {
    messages(
      'severity >= 3',
      '  - name: wrong\n    facts: { severity: 2 }\n    expect: { decision: warn, rules: [one] }\n',
    );
    const [first] = runRuleTests(folder);
    expect(first?.wrong).toBe('decision allow, expected warn (rules none)');
  });

  it('miss a rule that no test sees fire', () => {
    messages('severity >= 3', '  - name: quiet\n    facts: {}\n    expect: { rules: [] }\n');
    expect(runRuleTests(folder).map(({ wrong }) => wrong)).toEqual([
      undefined,
      'fires in no test: add one in which it must',
    ]);
  });

  it('are asked for when they are missing', () => {
    cpSync(join(policyFolder, 'rules/assessments.yaml'), join(folder, 'assessments.yaml'));
    expect(runRuleTests(folder)[0]?.wrong).toContain('there is no assessments.test.yaml');
  });

  it('a rule file with an error stops the start and says where', () => {
    messages(
      "severity >= 3 && 'asks-secrcy' in cues",
      '  - name: x\n    facts: {}\n    expect: { rules: [] }\n',
    );
    expect(() => loadDetectionPolicy({ rulesFolder: folder })).toThrow(
      /rule one in messages\.yaml .* line 1, column 18 .* Did you mean “asks-secrecy”/,
    );
  });
});
