import { EventEmitter } from 'node:events';

/** Something that an open console should fetch again. Carries ids only. */
export interface Change {
  organisationId: string;
  topic: 'cases' | 'referrals' | 'reports' | 'rules' | 'safeguards' | 'ages' | 'banks' | 'removals';
  id: string;
}

/** Tells open consoles what changed; call `announce` after the commit, never before. */
export interface Live {
  announce(change: Change): void;
  listen(listener: (change: Change) => void): () => void;
}

/** Carries changes to the other processes on the same database. */
export interface Relay {
  send(change: Change): void;
  receive(listener: (change: Change) => void): void;
}

/** Without a relay changes reach the consoles of this process alone. */
export function createLive(relay?: Relay): Live {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  relay?.receive((change) => void emitter.emit('change', change));
  return {
    // What is sent comes back to this process as well, so it is told once.
    announce: (change) => (relay ? relay.send(change) : void emitter.emit('change', change)),
    listen(listener) {
      emitter.on('change', listener);
      return () => void emitter.off('change', listener);
    },
  };
}
