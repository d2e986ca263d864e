import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Lang } from '../i18n.ts';
import { PolicyCard } from './policy-card.tsx';
import type { PolicyTold } from './safeguards-api.ts';
import { useSafeguardWords } from './words.ts';

/** Letters without marks, so that "vi tri" finds "vị trí". */
const plain = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').toLowerCase();

function fits(policy: PolicyTold, wanted: string, lang: Lang): boolean {
  const said = [
    policy.id,
    policy.reason[lang],
    policy.sentence[lang],
    policy.cue?.name[lang],
    policy.law?.name[lang],
    policy.law?.id,
  ];
  const text = plain(said.join(' '));
  return plain(wanted)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Cards shown before one asks for all: nobody reads eighty at once. */
const FIRST = 12;

/** Policies to read, by subject, with search. */
export function PolicyList({ policies }: { policies: PolicyTold[] }) {
  const { s, coded, lang, count } = useSafeguardWords();
  const subjects = [...new Set(policies.map(({ file }) => file))];
  const [subject, setSubject] = useState<string>();
  const [wanted, setWanted] = useState('');
  const [whole, setWhole] = useState(false);
  const shown = policies.filter(
    (policy) =>
      (subject === undefined || policy.file === subject) &&
      (wanted.trim() === '' || fits(policy, wanted.trim(), lang)),
  );
  const chip = (file: string | undefined, label: string) => (
    <Button
      key={label}
      size="compact-md"
      variant={subject === file ? 'filled' : 'default'}
      aria-pressed={subject === file}
      onClick={() => setSubject(file)}
      data-testid={`subject-${file ?? 'all'}`}
    >
      {label}
    </Button>
  );
  return (
    <Stack gap="sm">
      <TextInput
        type="search"
        label={s('search')}
        description={s('searchHint')}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        data-testid="policy-search"
      />
      <Group gap={6} role="group" aria-label={s('subject')}>
        {chip(undefined, s('allSubjects'))}
        {subjects.map((file) => chip(file, coded(file)))}
      </Group>
      <Text size="sm" role="status" data-testid="policy-count" data-count={shown.length}>
        {shown.length === 0 ? s('nothingFound') : s('found', { count: count(shown.length) })}
      </Text>
      <div className="policy-list">
        {shown.slice(0, whole ? undefined : FIRST).map((policy) => (
          <PolicyCard key={policy.id} policy={policy} />
        ))}
      </div>
      {!whole && shown.length > FIRST && (
        <Button variant="outline" onClick={() => setWhole(true)} data-testid="policies-all">
          {s('showAll', { count: count(shown.length) })}
        </Button>
      )}
    </Stack>
  );
}
