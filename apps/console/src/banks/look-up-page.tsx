import { Alert, Button, Card, FileInput, Group, Loader, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api.ts';
import { usePageWords } from '../i18n.ts';
import { Refusal } from '../refusal.tsx';
import { type BankLookUp, useBankWords } from './banks-api.ts';
import { hashPicture, type PictureHashes } from './hash-picture.ts';
import { LookUpAnswer } from './look-up-answer.tsx';
import { lookUpTexts } from './look-up-texts.ts';
import { hashesOfPasted } from './pasted-hash.ts';

const LARGEST_PICTURE_MB = 100;

/** Asks whether banks know a picture, by a pasted hash or a picture that stays in the browser. Nothing is kept. */
export function LookUpPage() {
  const { say } = usePageWords(lookUpTexts);
  const { b } = useBankWords();
  const [pasted, setPasted] = useState('');
  const [state, setState] = useState<'noHash' | 'hashing' | 'pictureLarge' | 'pictureFailed'>();
  const look = useMutation({
    mutationFn: async (asked: { hashes: Partial<PictureHashes>; foretold: boolean }) => ({
      ...asked,
      found: await post<BankLookUp>('/v1/banks/look-up', asked.hashes),
    }),
    // An answer goes with the page.
    gcTime: 0,
  });
  const paste = () => {
    look.reset();
    const hashes = hashesOfPasted(pasted);
    setState(hashes ? undefined : 'noHash');
    if (hashes) look.mutate({ hashes, foretold: true });
  };
  const choose = async (file: File | null) => {
    look.reset();
    setState(undefined);
    if (!file) return;
    if (file.size > LARGEST_PICTURE_MB * 1_000_000) return setState('pictureLarge');
    setState('hashing');
    try {
      const hashes = await hashPicture(file);
      setState(undefined);
      look.mutate({ hashes, foretold: false });
    } catch {
      setState('pictureFailed');
    }
  };
  const answer = look.data;
  return (
    <Stack>
      <Link to="/banks">{b('back')}</Link>
      <Title order={1} size="h2">
        {say('title')}
      </Title>
      <Text>{say('about')}</Text>
      <Card withBorder p="md">
        <Stack gap="sm">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              paste();
            }}
          >
            <Group align="flex-end" gap="sm">
              <TextInput
                label={say('paste')}
                description={say('pasteHint')}
                className="grows"
                autoComplete="off"
                spellCheck={false}
                value={pasted}
                onChange={(event) => setPasted(event.currentTarget.value)}
                data-testid="look-up-hash"
              />
              <Button type="submit" loading={look.isPending} data-testid="look-up-send">
                {say('lookUp')}
              </Button>
            </Group>
          </form>
          <FileInput
            label={say('picture')}
            description={say('pictureHint')}
            placeholder={say('pictureNone')}
            accept="image/*"
            value={null}
            onChange={(file) => void choose(file)}
            fileInputProps={{ 'aria-label': say('picture') }}
            data-testid="look-up-picture"
          />
          {state === 'hashing' && (
            <Group gap="sm" role="status">
              <Loader size="sm" aria-hidden />
              <Text size="sm">{say('hashing')}</Text>
            </Group>
          )}
          {state !== undefined && state !== 'hashing' && (
            <Alert color="red" role="alert" data-testid="look-up-problem">
              {say(state, { most: LARGEST_PICTURE_MB })}
            </Alert>
          )}
          <Refusal error={look.error} />
        </Stack>
      </Card>
      {answer && <LookUpAnswer {...answer} />}
    </Stack>
  );
}
