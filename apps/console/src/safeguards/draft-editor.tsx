import { Badge, Button, Card, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import { post } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { CedarEditor } from './cedar-editor.tsx';
import { ExaminedPanel } from './examined-panel.tsx';
import { PolicyWords } from './policy-card.tsx';
import type {
  Overview,
  OwnPolicy,
  PolicyFault,
  PolicyTold,
  VersionDetail,
  Vocabulary,
} from './safeguards-api.ts';
import { useChecked } from './use-checked.ts';
import { useSafeguardWords } from './words.ts';

interface Line {
  /** Stays while the id is being typed. */
  key: number;
  policy: OwnPolicy;
}

/** A draft to write: checked while it is typed, saved only when nothing in it is wrong. */
export function DraftEditor({
  all,
  version,
  onDirty,
}: {
  all: Overview;
  version: VersionDetail;
  onDirty(dirty: boolean): void;
}) {
  const { s } = useSafeguardWords();
  const client = useQueryClient();
  const [lines, setLines] = useState<Line[]>(() => version.policies.map((policy, key) => ({ key, policy })));
  const [nextKey, setNextKey] = useState(version.policies.length);
  const [base, setBase] = useState(version);
  const [name, setName] = useState(version.name);
  const [reason, setReason] = useState('');
  const policies = lines.map(({ policy }) => policy);
  const dirty = name !== base.name || JSON.stringify(policies) !== JSON.stringify(base.policies);
  const checked = useChecked(policies);
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  useBlocker({ shouldBlockFn: () => dirty && !window.confirm(s('leave')), enableBeforeUnload: dirty });

  const save = useMutation({
    mutationFn: () =>
      post<VersionDetail>(`/v1/safeguards/versions/${version.number}/edit`, {
        name,
        reason,
        policies,
        hash: base.hash,
      }),
    onSuccess: async (saved) => {
      setBase(saved);
      setReason('');
      await client.invalidateQueries();
    },
  });

  const put = (policy: OwnPolicy) => {
    setLines([...lines, { key: nextKey, policy }]);
    setNextKey(nextKey + 1);
  };
  const files = all.files.policies;
  const untouched = files.filter(({ id }) => !policies.some((policy) => policy.id === id));
  const faults = checked.current?.faults ?? [];
  const ready =
    dirty &&
    checked.current !== undefined &&
    faults.length === 0 &&
    reason.trim() !== '' &&
    name.trim() !== '';
  const status = !checked.current
    ? s('checking')
    : faults.length > 0
      ? s('mendFirst', { count: faults.length })
      : dirty
        ? s('unsaved')
        : save.isSuccess
          ? s('saved')
          : '';
  return (
    <div className="workbench">
      <Stack>
        {lines.length === 0 && <Text>{s('emptyDraft')}</Text>}
        {lines.map(({ key, policy }, at) => (
          <OwnCard
            key={key}
            policy={policy}
            file={files.find(({ id }) => id === policy.id)}
            told={checked.current?.told.find(({ id }) => id === policy.id)}
            faults={checked.latest?.faults.filter(({ index }) => index === at) ?? []}
            vocabulary={all.vocabulary}
            onChange={(changed) =>
              setLines(lines.map((line) => (line.key === key ? { key, policy: changed } : line)))
            }
            onRemove={() => setLines(lines.filter((line) => line.key !== key))}
          />
        ))}
        <Add files={files} untouched={untouched} taken={policies.map(({ id }) => id)} onPut={put} />
        <Card withBorder>
          <Stack gap="xs">
            <TextInput
              label={s('name')}
              value={name}
              maxLength={120}
              onChange={(event) => setName(event.currentTarget.value)}
              data-testid="draft-name"
            />
            <TextInput
              label={s('why')}
              description={s('whyHint')}
              value={reason}
              maxLength={2000}
              onChange={(event) => setReason(event.currentTarget.value)}
              data-testid="draft-reason"
            />
            <Refusal error={save.error} />
            <Group>
              <Button
                disabled={!ready}
                loading={save.isPending}
                onClick={() => save.mutate()}
                data-testid="draft-save"
              >
                {s('save')}
              </Button>
              <Text role="status" size="sm" fw={600} data-testid="draft-status">
                {status}
              </Text>
            </Group>
          </Stack>
        </Card>
      </Stack>
      <div className="beside">
        <Card withBorder>
          <Title order={2} size="h4" mb="xs">
            {s('liveTitle')}
          </Title>
          <Refusal error={checked.error} />
          <ExaminedPanel examined={checked.latest} />
        </Card>
      </div>
    </div>
  );
}

interface OwnCardProps {
  policy: OwnPolicy;
  /** The file's policy of this id. */
  file: PolicyTold | undefined;
  /** As it reads now. */
  told: PolicyTold | undefined;
  faults: PolicyFault[];
  vocabulary: Vocabulary;
  onChange(policy: OwnPolicy): void;
  onRemove(): void;
}

function OwnCard({ policy, file, told, faults, vocabulary, onChange, onRemove }: OwnCardProps) {
  const { s, coded, lang } = useSafeguardWords();
  const faultsId = useId();
  const off = 'off' in policy;
  return (
    <Card withBorder p="sm" data-testid="own-policy" data-policy={policy.id}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Group gap="xs">
          <Text fw={700} component="h3" className="policy-reason" m={0}>
            {policy.id}
          </Text>
          <Badge variant="outline" color="#084c4c" radius="sm">
            {s(off ? 'switchedOff' : file ? 'changed' : 'own')}
          </Badge>
          <Text size="sm">{coded(off ? (file?.file ?? '') : policy.file)}</Text>
        </Group>
        <Button
          variant="default"
          size="compact-md"
          onClick={onRemove}
          aria-label={`${s(file ? 'restore' : 'remove')}: ${policy.id}`}
          data-testid="policy-remove"
        >
          {s(file ? 'restore' : 'remove')}
        </Button>
      </Group>
      {off ? (
        file && (
          <Text size="sm" td="line-through">
            {file.reason[lang]}
          </Text>
        )
      ) : (
        <>
          <CedarEditor
            value={policy.text}
            onChange={(text) => onChange({ ...policy, id: file ? policy.id : idIn(text, policy.id), text })}
            faults={faults}
            vocabulary={vocabulary}
            label={s('policyText', { id: policy.id })}
            describedBy={faultsId}
          />
          {!file && <p className="hint">{s('idNote')}</p>}
        </>
      )}
      <div
        id={faultsId}
        role="status"
        className={faults.length > 0 ? 'findings wrong' : 'findings'}
        data-testid="policy-faults"
      >
        {faults.map(({ line, detail }) => (
          <p key={`${line} ${detail}`}>
            {line !== null && <strong>{s('line', { line })}: </strong>}
            {detail}
          </p>
        ))}
      </div>
      {!off && told && faults.length === 0 && told.kind !== 'unreadable' && (
        <div data-testid="reads-as">
          <Text size="sm" fw={600} mt={6}>
            {s('readsAs')}
          </Text>
          <PolicyWords policy={told} />
          <Text size="sm">
            {s('reason')}: “{told.reason[lang]}”
          </Text>
        </div>
      )}
    </Card>
  );
}

const idIn = (text: string, before: string) => /@id\("([a-z0-9-]{3,80})"\)/.exec(text)?.[1] ?? before;

function Add({
  files,
  untouched,
  taken,
  onPut,
}: {
  files: PolicyTold[];
  untouched: PolicyTold[];
  taken: string[];
  onPut(policy: OwnPolicy): void;
}) {
  const { s, coded, lang } = useSafeguardWords();
  const subjects = [...new Set(files.map(({ file }) => file))];
  const [chosen, setChosen] = useState<string | null>(null);
  const [subject, setSubject] = useState(subjects[0] ?? '');
  const file = untouched.find(({ id }) => id === chosen);
  const add = (policy: OwnPolicy) => {
    setChosen(null);
    onPut(policy);
  };
  const fresh = () => {
    const known = new Set([...taken, ...files.map(({ id }) => id)]);
    let n = 1;
    while (known.has(`our-policy-${n}`)) n++;
    const id = `our-policy-${n}`;
    add({ id, file: subject, text: template(id) });
  };
  return (
    <Card withBorder>
      <Group align="flex-end" gap="xs">
        <Select
          label={s('choosePolicy')}
          description={s('choosePolicyHint')}
          data={untouched.map(({ id, reason }) => ({ value: id, label: `${reason[lang]} (${id})` }))}
          value={chosen}
          onChange={setChosen}
          searchable
          className="grow"
          data-testid="choose-policy"
        />
        <Button
          variant="outline"
          disabled={!file}
          onClick={() => file && add({ id: file.id, file: file.file, text: file.text })}
          data-testid="policy-change"
        >
          {s('change')}
        </Button>
        <Button
          variant="outline"
          disabled={!file}
          onClick={() => file && add({ id: file.id, off: true })}
          data-testid="policy-off"
        >
          {s('switchOff')}
        </Button>
      </Group>
      <Group align="flex-end" gap="xs" mt="sm">
        <Select
          label={s('subject')}
          data={subjects.map((value) => ({ value, label: coded(value) }))}
          value={subject}
          onChange={(value) => setSubject(value ?? subject)}
          allowDeselect={false}
          data-testid="policy-subject"
        />
        <Button variant="outline" onClick={fresh} data-testid="policy-add">
          {s('addPolicy')}
        </Button>
      </Group>
    </Card>
  );
}

const template = (id: string) => `@id("${id}")
@reason_vi("")
@reason_en("")
forbid (principal, action == Action::"message.send", resource)
when { resource.minor && !context.connected && !context.self };`;
