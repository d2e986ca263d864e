import type { Channel, Sealed } from './receipt-keys.ts';

export type Request =
  | { type: 'seal-report'; text: string; channel: Channel }
  | { type: 'use-receipt'; receipt: string; channel: Channel }
  | { type: 'seal-message'; text: string; channel: Channel }
  | { type: 'open-messages'; sealed: string[] };

export type Response =
  | {
      type: 'report';
      receipt: string;
      sealed: Sealed;
      reporter: { publicKey: string; lookup: string };
      pow: { challenge: string; nonce: string };
    }
  | { type: 'lookup'; lookup: string }
  | { type: 'sealed'; sealed: Sealed }
  | { type: 'opened'; texts: (string | null)[] };

/** The device cannot run the cryptography (no worker, no WebAssembly, too little memory). */
export class SealError extends Error {}

interface Waiting {
  resolve(response: Response): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let last = 0;

function started(): Worker {
  if (worker) return worker;
  const made = new Worker(new URL('./seal-worker.ts', import.meta.url), { type: 'module' });
  made.addEventListener(
    'message',
    (event: MessageEvent<{ id: number; response?: Response; error?: string }>) => {
      const { id, response, error } = event.data;
      const one = waiting.get(id);
      waiting.delete(id);
      if (response) one?.resolve(response);
      else one?.reject(new SealError(error));
    },
  );
  made.addEventListener('error', () => {
    for (const one of waiting.values()) one.reject(new SealError('the worker failed'));
    waiting.clear();
    worker = undefined;
  });
  worker = made;
  return made;
}

/** Asks the worker; rejects with SealError when the device cannot do it. */
export async function seal<T extends Response['type']>(
  request: Request,
  expected: T,
): Promise<Extract<Response, { type: T }>> {
  const id = ++last;
  const response = await new Promise<Response>((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    try {
      started().postMessage({ id, request });
    } catch (cause) {
      waiting.delete(id);
      reject(new SealError(String(cause)));
    }
  });
  if (response.type !== expected) throw new SealError(`asked for ${expected}, got ${response.type}`);
  return response as Extract<Response, { type: T }>;
}

/** Ends the worker, and with it the keys it holds. */
export function forgetKeys(): void {
  worker?.terminate();
  worker = undefined;
  waiting.clear();
}
