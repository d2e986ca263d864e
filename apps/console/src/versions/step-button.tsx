import { Button, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { post } from '../api.ts';
import { DialogButtons } from '../dialog-buttons.tsx';
import { Refusal } from '../refusal.tsx';
import { useSharedWords } from './words.ts';

interface StepButtonProps<T> {
  /** Also the data-testid; `${id}-reason` and `${id}-confirm` in the dialog. */
  id: string;
  label: string;
  about?: string;
  path: string;
  /** What is sent beside the reason. */
  body?: Record<string, unknown>;
  /** A name is asked for as well. */
  named?: boolean;
  colour?: string;
  variant?: string;
  disabled?: boolean;
  /** Shown in the dialog: what will change. */
  children?: ReactNode;
  onDone?(answer: T): void;
}

/** A step that needs a reason. What the server refuses is told in its own words, and the dialog stays open. */
export function StepButton<T>(props: StepButtonProps<T>) {
  const { id, label, about, path, body = {}, named = false, variant = 'filled', children, onDone } = props;
  const { say, t } = useSharedWords();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [name, setName] = useState('');
  const step = useMutation({
    mutationFn: () => post<T>(path, { ...body, reason, ...(named ? { name } : {}) }),
    onSuccess: async (answer) => {
      setOpen(false);
      setReason('');
      setName('');
      await client.invalidateQueries();
      onDone?.(answer);
    },
  });
  const close = () => {
    setOpen(false);
    step.reset();
  };
  const ready = reason.trim() !== '' && (!named || name.trim() !== '');
  return (
    <>
      <Button
        data-testid={id}
        variant={variant}
        disabled={props.disabled ?? false}
        {...(props.colour === undefined ? {} : { color: props.colour })}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      <Modal
        opened={open}
        onClose={close}
        title={label}
        size="lg"
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <Stack>
          {about !== undefined && <Text>{about}</Text>}
          {children}
          {named && (
            <TextInput
              label={say('name')}
              required
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-testid={`${id}-name`}
            />
          )}
          <Textarea
            label={say('why')}
            description={say('whyHint')}
            autosize
            minRows={2}
            required
            maxLength={2000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-testid={`${id}-reason`}
          />
          <Refusal error={step.error} />
          <DialogButtons id={`${id}-confirm`} step={step} ready={ready} onCancel={close} />
        </Stack>
      </Modal>
    </>
  );
}
