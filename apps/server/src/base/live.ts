import { EventEmitter } from 'node:events';

/** Something that an open console should fetch again. Carries ids only. */
export interface Change {
  organisationId: string;
  topic: 'cases' | 'referrals' | 'reports';
  id: string;
}

/** Tells open consoles of this process what changed; call `announce` after the commit, never before. */
export interface Live {
  announce(change: Change): void;
  listen(listener: (change: Change) => void): () => void;
}

export function createLive(): Live {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: (change) => void emitter.emit('change', change),
    listen(listener) {
      emitter.on('change', listener);
      return () => void emitter.off('change', listener);
    },
  };
}
