import { cueById } from '@keben/cues/list';
import { Badge, Card, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Lang } from '../i18n.ts';
import type { PolicyTold } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

// All at least 4.5:1 on white (WCAG 2.2 AA).
const kindColours: Record<PolicyTold['kind'], string> = {
  permit: '#2b5f3a',
  deny: '#8c1d18',
  limit: '#8a5200',
  warn: '#4a3a8c',
  unreadable: '#44605e',
};

/** Where the portal teaches a cue. */
function cuePage(id: string, lang: Lang): string {
  return `${lang === 'en' ? '/en' : ''}/learn/${cueById(id)?.tactic ?? 'trust'}/#${id}`;
}

/** One policy in plain words; its Cedar text behind a click. */
export function PolicyCard({ policy, children }: { policy: PolicyTold; children?: ReactNode }) {
  const { s, lang } = useSafeguardWords();
  return (
    <Card withBorder p="sm" data-testid="policy-card" data-policy={policy.id}>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="start">
        <Text fw={700} component="h3" className="policy-reason">
          {policy.reason[lang]}
        </Text>
        {policy.origin !== 'files' && (
          <Badge variant="outline" color="#084c4c" radius="sm">
            {s(policy.origin)}
          </Badge>
        )}
      </Group>
      <PolicyWords policy={policy} />
      <Group gap="md" mt={6} className="policy-foot">
        {policy.cue && (
          <Text size="sm">
            {s('cue')}:{' '}
            <a href={cuePage(policy.cue.id, lang)} target="_blank" rel="noreferrer">
              {policy.cue.name[lang]}
            </a>
          </Text>
        )}
        {policy.law && (
          <Text size="sm">
            {s('law')}: {policy.law.name[lang]}
          </Text>
        )}
        <Text size="sm">
          {s('file')}: {policy.file}
        </Text>
      </Group>
      <details className="cedar">
        <summary>
          {s('cedar')}: {policy.id}
        </summary>
        <pre>{policy.text}</pre>
      </details>
      {children}
    </Card>
  );
}

/** Effect, actions and conditions. */
export function PolicyWords({ policy }: { policy: PolicyTold }) {
  const { s, lang } = useSafeguardWords();
  return (
    <div className="policy-words">
      <p>
        <strong style={{ color: kindColours[policy.kind] }}>{policy.effect[lang]}:</strong>{' '}
        {policy.actions.map((action) => action[lang]).join(', ')}.
      </p>
      {policy.conditions.length === 0 ? (
        policy.kind !== 'unreadable' && <p>{s('always')}.</p>
      ) : (
        <>
          <p>{s('whenAll')}:</p>
          <ul>
            {policy.conditions.map((condition) =>
              condition.anyOf ? (
                <li key={condition.text.en}>
                  {s('oneOf')}:
                  <ul>
                    {condition.anyOf.map((one) => (
                      <Fact key={one.text.en} {...one} />
                    ))}
                  </ul>
                </li>
              ) : (
                <Fact key={condition.text.en} {...condition} />
              ),
            )}
          </ul>
        </>
      )}
      {!policy.whole && policy.kind !== 'unreadable' && <p>{s('partlyCedar')}</p>}
    </div>
  );
}

function Fact({ text, cedar }: { text: { vi: string; en: string }; cedar: boolean }) {
  const { lang } = useSafeguardWords();
  return <li>{cedar ? <code>{text[lang]}</code> : text[lang]}</li>;
}
