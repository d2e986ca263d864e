import { Button, Modal, Select, Stack, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from './api.ts';
import { DialogButtons } from './dialog-buttons.tsx';
import { useWords } from './i18n.ts';
import { Refusal } from './refusal.tsx';

export interface Choice {
  name: string;
  label: string;
  /** Fixed, or depending on what was chosen above. */
  options: Option[] | ((chosen: Record<string, string>) => Option[]);
}

interface Option {
  value: string;
  label: string;
}

/** What is chosen now: the first option where nothing was chosen, or where the choice no longer fits. */
function choicesNow(choices: Choice[], chosen: Record<string, string>) {
  const now: Record<string, string> = {};
  return choices.map(({ name, label, options }) => {
    const offered = typeof options === 'function' ? options(now) : options;
    const value = offered.find((option) => option.value === chosen[name])?.value ?? offered[0]?.value ?? '';
    now[name] = value;
    return { name, label, options: offered, value };
  });
}

interface ActionButtonProps {
  /** Also the data-testid. */
  id: string;
  label: string;
  path: string;
  /** Selections to make first. */
  choices?: Choice[];
  /** Name of the text field, when one is asked for; `optional` lets it be empty. */
  text?: { name: string; label: string; hint?: string; optional?: boolean };
  /** Sent beside what is chosen and written. */
  more?: Record<string, unknown>;
  onDone?: () => void;
  colour?: string;
  variant?: string;
}

/** A step on a case or referral: at once, or after a short form. What the server refuses is told in its own words. */
export function ActionButton({
  id,
  label,
  path,
  choices = [],
  text,
  more,
  onDone,
  colour,
  variant = 'filled',
}: ActionButtonProps) {
  const { t } = useWords();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [written, setWritten] = useState('');
  const needsForm = choices.length > 0 || text !== undefined;
  const step = useMutation({
    mutationFn: () => {
      const body: Record<string, unknown> = { ...more };
      for (const { name, value } of choicesNow(choices, chosen)) body[name] = value;
      if (text && (written.trim() !== '' || !text.optional)) body[text.name] = written;
      return post(path, needsForm || more ? body : undefined);
    },
    onSuccess: async () => {
      setOpen(false);
      setWritten('');
      onDone?.();
      await client.invalidateQueries();
    },
  });
  const problem = <Refusal error={step.error} />;
  return (
    <>
      <Button
        data-testid={id}
        variant={variant}
        {...(colour === undefined ? {} : { color: colour })}
        loading={step.isPending && !needsForm}
        onClick={() => (needsForm ? setOpen(true) : step.mutate())}
      >
        {label}
      </Button>
      {!needsForm && problem}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={label}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <Stack>
          {choicesNow(choices, chosen).map(({ name, label: choiceLabel, options, value: current }) => (
            <Select
              key={name}
              label={choiceLabel}
              data={options}
              value={current}
              onChange={(value) => setChosen({ ...chosen, [name]: value ?? '' })}
              allowDeselect={false}
              data-testid={`${id}-${name}`}
            />
          ))}
          {text && (
            <Textarea
              label={text.label}
              description={text.hint}
              autosize
              minRows={3}
              required={!text.optional}
              value={written}
              onChange={(event) => setWritten(event.currentTarget.value)}
              data-testid={`${id}-text`}
            />
          )}
          {problem}
          <DialogButtons
            id={`${id}-confirm`}
            step={step}
            ready={text === undefined || text.optional === true || written.trim() !== ''}
            onCancel={() => setOpen(false)}
          />
        </Stack>
      </Modal>
    </>
  );
}
