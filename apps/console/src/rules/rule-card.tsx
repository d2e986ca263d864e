import type { Finding, RuleLanguage, Verdict } from '@keben/cues/rules';
import { Badge, Button, Card, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useId } from 'react';
import type { Faults, Line } from './draft-state.ts';
import { type Decision, decisions, type OwnRule } from './rules-api.ts';
import { WhenEditor } from './when-editor.tsx';
import { useRuleWords } from './words.ts';

interface Props {
  line: Line;
  language: RuleLanguage;
  faults: Faults | undefined;
  /** What the rule says to the facts that are being tried. */
  verdict: Verdict | undefined;
  onChange(rule: OwnRule): void;
  onRemove(): void;
  onOwn(): void;
  onOff(): void;
}

/** One rule of a draft: read as the default, or changed, or our own, or switched off. */
export function RuleCard(props: Props) {
  const { line, verdict, onRemove, onOwn, onOff } = props;
  const { r, coded, lang } = useRuleWords();
  const { own, file, rule } = line;
  const editable = own !== undefined && own.on !== 'off';
  const mark = own === undefined ? 'fromFile' : own.on === 'off' ? 'off' : file ? 'instead' : 'own';
  return (
    <Card
      withBorder
      p="sm"
      data-testid="rule-card"
      data-rule={line.id}
      className={own?.on === 'off' ? 'rule-off' : ''}
    >
      <Stack gap="xs">
        <Group gap="xs" justify="space-between">
          <Group gap="xs">
            {!(editable && !file) && <Text fw={700}>{line.id}</Text>}
            <Badge variant="outline" color="#084c4c" radius="sm">
              {r(mark)}
            </Badge>
            {rule && verdict !== undefined && <VerdictMark verdict={verdict} />}
          </Group>
          <Group gap={6}>
            {own === undefined && (
              <>
                <Small label={r('change')} about={line.id} id="rule-change" onClick={onOwn} />
                <Small label={r('switchOff')} about={line.id} id="rule-off" onClick={onOff} />
              </>
            )}
            {own !== undefined && file && (
              <Small label={r('restore')} about={line.id} id="rule-restore" onClick={onRemove} />
            )}
            {own !== undefined && !file && (
              <Small label={r('remove')} about={line.id} id="rule-remove" onClick={onRemove} />
            )}
          </Group>
        </Group>
        {editable ? (
          <Fields {...props} own={own} />
        ) : (
          file && (
            <>
              <code className="when-read">{file.when}</code>
              <Text size="sm">
                →{' '}
                {coded(file.on === 'message' ? (file.decision ?? 'allow') : (file.actions ?? []).join(', '))}:{' '}
                {file.reason[lang]}
              </Text>
            </>
          )
        )}
      </Stack>
    </Card>
  );
}

function Fields({ line, own, language, faults, onChange }: Props & { own: Exclude<OwnRule, { on: 'off' }> }) {
  const { r, coded } = useRuleWords();
  const faultsId = useId();
  const needsReason = faults?.reason === true;
  return (
    <>
      {!line.file && (
        <TextInput
          label={r('id')}
          description={r('idHint')}
          value={own.id}
          error={faults?.id === undefined ? undefined : r(faults.id)}
          onChange={(event) => onChange({ ...own, id: event.currentTarget.value })}
          data-testid="rule-id"
        />
      )}
      <div>
        <Text size="sm" fw={500} component="span">
          {r('when')}
        </Text>
        <WhenEditor
          value={own.when}
          onChange={(when) => onChange({ ...own, when })}
          language={language}
          label={`${r('when')}: ${own.id}`}
          describedBy={faultsId}
          testId="rule-when"
        />
        <Findings id={faultsId} findings={faults?.when ?? []} />
      </div>
      {own.on === 'message' ? (
        <Select
          label={r('decision')}
          data={decisions.map((decision) => ({ value: decision, label: coded(decision) }))}
          value={own.decision}
          onChange={(value) => onChange({ ...own, decision: (value ?? 'warn') as Decision })}
          allowDeselect={false}
          data-testid="rule-decision"
        />
      ) : (
        <Text size="sm">→ {r('opensCase')}</Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {(['vi', 'en'] as const).map((code) => (
          <TextInput
            key={code}
            label={r(code === 'vi' ? 'reasonVi' : 'reasonEn')}
            required
            value={own.reason[code]}
            error={needsReason && own.reason[code].trim() === '' ? r('reasonsNeeded') : undefined}
            onChange={(event) =>
              onChange({ ...own, reason: { ...own.reason, [code]: event.currentTarget.value } })
            }
            data-testid={`rule-reason-${code}`}
          />
        ))}
      </SimpleGrid>
    </>
  );
}

/** What is wrong, read out when it changes: the marks in the field are not for every eye. */
function Findings({ id, findings }: { id: string; findings: Finding[] }) {
  const { r, lang } = useRuleWords();
  return (
    <div
      id={id}
      role="status"
      className={findings.length > 0 ? 'findings wrong' : 'findings'}
      data-testid="findings"
    >
      {findings.length === 0
        ? r('noFault')
        : findings.map((found) => (
            <p key={`${found.from} ${found.code}`}>
              <strong>{r('lineColumn', { line: found.line, column: found.column })}:</strong>{' '}
              {found.detail[lang]} {found.mend[lang]}
            </p>
          ))}
    </div>
  );
}

const verdictColours = { fires: '#8a5200', quiet: '#4a5f5d', failed: '#8c1d18' } as const;

function VerdictMark({ verdict }: { verdict: Verdict }) {
  const { r } = useRuleWords();
  const key = verdict === true ? 'fires' : verdict === 'failed' ? 'failed' : 'quiet';
  return (
    <Badge
      color={verdictColours[key]}
      autoContrast={false}
      radius="sm"
      data-testid="verdict"
      data-verdict={key}
    >
      {r(key)}
    </Badge>
  );
}

function Small({ label, about, id, onClick }: { label: string; about: string; id: string; onClick(): void }) {
  return (
    <Button
      variant="default"
      size="compact-md"
      onClick={onClick}
      data-testid={id}
      aria-label={`${label}: ${about}`}
    >
      {label}
    </Button>
  );
}
