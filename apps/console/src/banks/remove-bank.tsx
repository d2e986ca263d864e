import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api.ts';
import { DialogButtons } from '../dialog-buttons.tsx';
import { Refusal } from '../refusal.tsx';
import { type HashBank, useBankWords } from './banks-api.ts';

const same = (a: string, b: string) => a.normalize('NFC').trim() === b.normalize('NFC').trim();

/** Removes a bank for good, after its name was typed. */
export function RemoveBank({ bank }: { bank: HashBank }) {
  const { b, t } = useBankWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const remove = useMutation({
    mutationFn: () => post(`/v1/banks/${bank.id}/remove`, { name }),
    onSuccess: async () => {
      await navigate({ to: '/banks' });
      await client.invalidateQueries();
    },
  });
  const close = () => {
    setOpen(false);
    setName('');
    remove.reset();
  };
  return (
    <>
      <div>
        <Button variant="outline" color="#8c1d18" onClick={() => setOpen(true)} data-testid="remove-bank">
          {b('remove')}
        </Button>
      </div>
      <Modal
        opened={open}
        onClose={close}
        title={b('remove')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <Stack>
          <Text>{b('removeAbout')}</Text>
          <TextInput
            label={b('removeName', { name: bank.name })}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-testid="remove-bank-name"
          />
          <Refusal error={remove.error} />
          <DialogButtons
            id="remove-bank-confirm"
            step={remove}
            ready={same(name, bank.name)}
            label={b('removeYes')}
            onCancel={close}
          />
        </Stack>
      </Modal>
    </>
  );
}
