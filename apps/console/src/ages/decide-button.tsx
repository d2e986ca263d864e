import { Button, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api.ts';
import { DialogButtons } from '../dialog-buttons.tsx';
import { Refusal } from '../refusal.tsx';
import { type AgeClaim, useAgeWords } from './ages-api.ts';

const sources = ['verified', 'school', 'parent', 'estimated'] as const;

/** Confirms or refuses a claim, after saying what follows and asking why. */
export function DecideButton({ claim, outcome }: { claim: AgeClaim; outcome: 'confirm' | 'refuse' }) {
  const { a, t, value } = useAgeWords();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState('');
  const [assurance, setAssurance] = useState<string>('verified');
  const decision = useMutation({
    mutationFn: () =>
      post(`/v1/age-claims/${claim.id}/decision`, {
        outcome,
        note,
        ...(outcome === 'confirm' ? { assurance } : {}),
      }),
    onSuccess: async () => {
      setOpen(false);
      await client.invalidateQueries();
    },
  });
  const close = () => {
    setOpen(false);
    decision.reset();
  };
  const follows = {
    confirm: { rise: 'confirmRise', fall: 'confirmFall' },
    refuse: { rise: 'refuseRise', fall: 'refuseFall' },
  } as const;
  return (
    <>
      <Button
        variant={outcome === 'confirm' ? 'filled' : 'default'}
        aria-label={`${a(outcome)}: ${claim.account}`}
        onClick={() => setOpen(true)}
        data-testid={`age-${outcome}`}
      >
        {a(outcome)}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={`${a(outcome)}: ${claim.account}`}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <Stack>
          <Text>{a(follows[outcome][claim.kind], { from: value(claim.from), to: value(claim.to) })}</Text>
          {outcome === 'confirm' && (
            <Select
              label={a('evidence')}
              data={sources.map((source) => ({ value: source, label: a(`by.${source}`) }))}
              value={assurance}
              onChange={(chosen) => setAssurance(chosen ?? 'verified')}
              allowDeselect={false}
              data-testid="age-assurance"
            />
          )}
          <Textarea
            label={a('why')}
            description={a('whyHint')}
            autosize
            minRows={2}
            required
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            data-testid="age-note"
          />
          <Refusal error={decision.error} />
          <DialogButtons id="age-decide" step={decision} ready={note.trim() !== ''} onCancel={close} />
        </Stack>
      </Modal>
    </>
  );
}
