import { Button, Group } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { useWords } from './i18n.ts';

/** The end of a dialog: leave it, or take the step. */
export function DialogButtons({
  id,
  step,
  ready,
  label,
  onCancel,
}: {
  /** The data-testid of the button that takes the step. */
  id: string;
  step: UseMutationResult<unknown, Error, void>;
  ready: boolean;
  /** What the step is called; "confirm" without it. */
  label?: string;
  onCancel: () => void;
}) {
  const { t } = useWords();
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {t('cancel')}
      </Button>
      <Button loading={step.isPending} disabled={!ready} onClick={() => step.mutate()} data-testid={id}>
        {label ?? t('confirm')}
      </Button>
    </Group>
  );
}
