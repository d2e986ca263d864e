import { Text } from '@mantine/core';
import type { MediaNote } from './api.ts';
import { useWords } from './i18n.ts';

/** What was found of the pictures and films of a message, in words. They are never shown: the server does not have them. */
export function MediaNotes({ media }: { media: MediaNote[] }) {
  const { t, value } = useWords();
  if (media.length === 0) return null;
  return (
    <ul className="media-notes" data-testid="media">
      {media.map((note, index) => (
        // Items of a message have no name but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        <li key={index} data-status={note.status}>
          <Text size="sm" fw={600}>
            {value(note.type)}: {value(note.status)}
            {note.why === null ? '' : ` (${value(note.why)})`}
          </Text>
          {note.lists.map((list) => (
            <Text size="sm" key={`${list.name} ${list.kind} ${list.distance}`}>
              {t('onList', { list: list.name, kind: list.kind.toUpperCase() })}
              {list.distance > 0 ? ` (${t('differs', { count: list.distance })})` : ''}: {list.reason}
              {list.status === undefined || list.status === 'confirmed' ? '' : ` — ${value(list.status)}`}
            </Text>
          ))}
          {note.generativeAi.length > 0 && (
            <Text size="sm">
              {t('generativeAi')}: {note.generativeAi.map(value).join(' · ')}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}
