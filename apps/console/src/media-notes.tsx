import { Text } from '@mantine/core';
import type { MediaNote } from './api.ts';
import { useWords } from './i18n.ts';

/** What was found of the pictures and films of a message, in words. They are never shown: the server does not have them. */
export function MediaNotes({ media }: { media: MediaNote[] }) {
  const { t, time, value } = useWords();
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
          {note.banks !== undefined && note.banks.length > 0 && (
            <Text size="sm" data-testid="media-compared">
              {t('comparedWith', { banks: note.banks.join(', ') })}
              {note.asOf ? ` (${t('asOf', { time: time(note.asOf) })})` : ''}
            </Text>
          )}
          {note.lists.map((list) => (
            <Match key={`${list.name} ${list.content} ${list.kind} ${list.distance}`} list={list} />
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

/** One match: bank, source and reason, and how far it is trusted, then and now. */
function Match({ list }: { list: MediaNote['lists'][number] }) {
  const { t, time, value } = useWords();
  const { now } = list;
  const status = now?.status ?? list.status;
  const decided = now?.at ? t('decidedBy', { name: now.by ?? t('system'), time: time(now.at) }) : '';
  return (
    <div className="match" data-testid="media-match" data-now={status}>
      <Text size="sm">
        {t('onList', { list: list.name, kind: list.kind.toUpperCase() })}
        {list.distance > 0 ? ` (${t('differs', { count: list.distance })})` : ''}: {list.reason}
      </Text>
      <Text size="sm">{t('sourceOf', { source: list.source })}</Text>
      {status !== undefined && (
        <Text size="sm" fw={600}>
          {t('standsNow', { status: value(`match-${status}`) })}
        </Text>
      )}
      {decided !== '' && (
        <Text size="sm">
          {decided}
          {/* The one reason that the server gives itself is a code. */}
          {now?.reason ? `: ${now.reason === 'removal' ? t('byRemoval') : now.reason}` : ''}
        </Text>
      )}
      {list.status !== undefined && status !== list.status && (
        <Text size="sm">{t('stoodThen', { status: value(`match-${list.status}`) })}</Text>
      )}
    </div>
  );
}
