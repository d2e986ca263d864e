import { type ListedHash, LONGEST_REASON, listDigits, listKinds } from '@keben/pdq';
import {
  Alert,
  Button,
  Card,
  FileInput,
  Group,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api.ts';
import { Refusal } from '../refusal.tsx';
import { kindNames, useBankWords } from './banks-api.ts';
import { Done } from './banks-page.tsx';
import { type HashesRead, hashesIn, LARGEST_FILE_MB, MOST_HASHES, readHashFile } from './read-hash-file.ts';

/** Puts pasted hashes or those of a file into a bank: all lines or none. */
export function AddHashes({ bank }: { bank: string }) {
  const { b, count } = useBankWords();
  const client = useQueryClient();
  const [lines, setLines] = useState('');
  const [file, setFile] = useState<{ name: string; read: HashesRead }>();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<HashesRead>();
  const add = useMutation({
    mutationFn: async (hashes: ListedHash[]) => {
      const { ids, added } = await post<{ ids: number[]; added: number }>(`/v1/banks/${bank}/contents`, {
        contents: hashes.map(({ kind, value, reason: own }) => ({
          signals: [{ kind, value }],
          reason: own ?? reason,
        })),
      });
      return { added, known: ids.length - added };
    },
    onSuccess: async () => {
      setLines('');
      setFile(undefined);
      setReason('');
      await client.invalidateQueries();
    },
  });
  const choose = async (chosen: File | null) => {
    add.reset();
    if (!chosen) {
      setFile(undefined);
      setProblem(undefined);
      return;
    }
    const read = await readHashFile(chosen);
    setFile({ name: chosen.name, read });
    setProblem('hashes' in read ? undefined : read);
  };
  const submit = () => {
    add.reset();
    const read = file?.read ?? hashesIn(lines);
    if (!('hashes' in read)) return setProblem(read);
    setProblem(undefined);
    add.mutate(read.hashes);
  };
  return (
    <Card withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {b('add')}
        </Title>
        {!file && (
          <Textarea
            label={b('lines')}
            description={b('linesHint')}
            autosize
            minRows={3}
            maxRows={12}
            spellCheck={false}
            value={lines}
            onChange={(event) => setLines(event.currentTarget.value)}
            data-testid="add-lines"
          />
        )}
        <FileInput
          // A file that was left is not kept by the field.
          key={file?.name ?? ''}
          label={b(file ? 'fileChosen' : 'file')}
          description={b('fileHint', { most: count(MOST_HASHES), mb: LARGEST_FILE_MB })}
          placeholder={file?.name ?? b('fileNone')}
          accept=".csv,.txt,.ndjson,.jsonl,text/csv,text/plain"
          onChange={(chosen) => void choose(chosen)}
          fileInputProps={{ 'aria-label': b('file') }}
          data-testid="add-file"
        />
        {file && 'hashes' in file.read && (
          <Text size="sm" data-testid="add-file-holds">
            {b('fileHolds', { n: count(file.read.hashes.length), kinds: kindsOf(file.read.hashes, count) })}
          </Text>
        )}
        {file && (
          <div>
            <Button
              variant="subtle"
              color="#084c4c"
              onClick={() => void choose(null)}
              data-testid="add-file-clear"
            >
              {b('fileClear')}
            </Button>
          </div>
        )}
        <TextInput
          label={b('whyAdd')}
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-testid="add-reason"
        />
        {problem && <Problem read={problem} />}
        <Refusal error={add.error} />
        {add.data && <Done>{b('added', { n: count(add.data.added), known: count(add.data.known) })}</Done>}
        <Group>
          <Button
            loading={add.isPending}
            disabled={reason.trim() === ''}
            onClick={submit}
            data-testid="add-send"
          >
            {b('add')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

/** How many of each kind. */
function kindsOf(hashes: ListedHash[], count: (n: number) => string): string {
  return listKinds
    .map((kind) => [kind, hashes.filter((one) => one.kind === kind).length] as const)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${kindNames[kind]} ${count(n)}`)
    .join(' · ');
}

/** Bad lines that are told one by one. */
const SHOWN = 20;

function Problem({ read }: { read: HashesRead }) {
  const { b, count } = useBankWords();
  const megabytes = (mb: number) => count(Math.round(10 * mb) / 10);
  return (
    <Alert color="red" role="alert" data-testid="add-problem">
      {'why' in read &&
        read.why === 'large' &&
        b('fileLarge', { mb: megabytes(read.mb), most: LARGEST_FILE_MB })}
      {'why' in read && read.why === 'no-text' && b('fileNoText')}
      {'why' in read &&
        read.why === 'too-many' &&
        b('tooMany', { n: count(read.n), most: count(MOST_HASHES) })}
      {'why' in read && read.why === 'none' && b('noLines')}
      {'bad' in read && (
        <>
          {b('badLines', { n: count(read.bad.length) })}
          <ul className="plain">
            {read.bad.slice(0, SHOWN).map((bad) => (
              <li key={bad.line}>
                {b(`bad.${bad.why}`, {
                  line: count(bad.line),
                  most: LONGEST_REASON,
                  ...(bad.why === 'digits'
                    ? { kind: kindNames[bad.kind], digits: listDigits[bad.kind] }
                    : {}),
                })}
              </li>
            ))}
          </ul>
          {read.bad.length > SHOWN && b('moreBad', { n: count(read.bad.length - SHOWN) })}
        </>
      )}
    </Alert>
  );
}
