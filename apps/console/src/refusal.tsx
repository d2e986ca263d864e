import { Alert } from '@mantine/core';
import { Problem } from './api.ts';
import { useWords } from './i18n.ts';

/** What the server refused, and what to do about it. */
export function Refusal({ error }: { error: Error | null }) {
  const { t } = useWords();
  if (!error) return null;
  return (
    <Alert color="red" title={t('problem')} role="alert">
      {error.message} {error instanceof Problem ? error.mend : ''}
    </Alert>
  );
}
