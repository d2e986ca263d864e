/** Runs the slow and the secret parts off the page's thread; keys never leave this worker. */

import {
  keysOfReceipt,
  newReceipt,
  openSealed,
  type ReporterKeys,
  ready,
  sealForBoth,
  solvePuzzle,
  toBase64,
} from './receipt-keys.ts';
import type { Request, Response } from './seal-calls.ts';

let keys: ReporterKeys | undefined;

addEventListener('message', async (event: MessageEvent<{ id: number; request: Request }>) => {
  const { id, request } = event.data;
  try {
    await ready;
    postMessage({ id, response: answer(request) });
  } catch (cause) {
    postMessage({ id, error: String(cause) });
  }
});

function answer(request: Request): Response {
  switch (request.type) {
    case 'seal-report': {
      const receipt = newReceipt();
      keys = keysOfReceipt(receipt, request.channel);
      return {
        type: 'report',
        receipt,
        sealed: sealForBoth(request.text, request.channel, keys),
        reporter: { publicKey: toBase64(keys.publicKey), lookup: toBase64(keys.lookup) },
        pow: { challenge: request.channel.pow.challenge, nonce: solvePuzzle(request.channel.pow) },
      };
    }
    case 'use-receipt':
      keys = keysOfReceipt(request.receipt, request.channel);
      return { type: 'lookup', lookup: toBase64(keys.lookup) };
    case 'seal-message':
      return { type: 'sealed', sealed: sealForBoth(request.text, request.channel, known()) };
    case 'open-messages':
      return { type: 'opened', texts: request.sealed.map((sealed) => openSealed(sealed, known())) };
  }
}

function known(): ReporterKeys {
  if (!keys) throw new Error('no receipt is open');
  return keys;
}
