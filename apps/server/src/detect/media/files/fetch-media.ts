import type { IncomingMessage } from 'node:http';
import { type OutboundLookup, OutboundRefused, requestOutside } from '../../../base/outbound.ts';
import type { MediaFile, MediaFolder } from './media-folder.ts';

export interface FetchOptions {
  maxBytes?: number;
  /** Milliseconds for all of it, redirects too. */
  timeout?: number;
  /** Which addresses may be called; public ones when left out. */
  allows?: (address: string) => boolean;
  /** Resolves names instead of the system. */
  lookup?: OutboundLookup;
}

/**
 * `address`: not an address that may be called, or one inside our own network. `answer`: the other end answered with
 * something else than the file. `problem` is plain words and tells nothing of our network.
 */
export type WhyNotFetched = 'address' | 'too-large' | 'timeout' | 'unreachable' | 'answer';

export type Fetched =
  | { status: 'fetched'; file: MediaFile }
  | { status: 'refused'; why: WhyNotFetched; problem: string };

const REDIRECTS = 3;

/**
 * Fetches a file by http or https into a folder for temporary files. Every address of every redirect is checked and
 * the checked address is the one that is called; what the other end says of length and type is not trusted. Never
 * rejects for what is at the other end.
 */
export async function fetchMedia(folder: MediaFolder, url: string, options: FetchOptions): Promise<Fetched> {
  const { maxBytes = 100_000_000, timeout = 30_000, allows, lookup } = options;
  const signal = AbortSignal.timeout(timeout);
  const late = () => refused('timeout', `the file did not arrive within ${timeout / 1000} seconds`);
  try {
    let target = addressOf(url);
    for (let step = 0; target; step++) {
      const response = await requestOutside(target, {
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'keben' },
        signal,
        ...(allows && { allows }),
        ...(lookup && { lookup }),
      });
      const next = redirectOf(response);
      if (next === undefined) return await keep(folder, response, maxBytes);
      response.destroy();
      if (step === REDIRECTS) return refused('answer', `the address leads on more than ${REDIRECTS} times`);
      target = addressOf(next, target);
    }
    return refused('address', 'not an http or https address without a user name and password');
  } catch (cause) {
    if (signal.aborted) return late();
    if (cause instanceof OutboundRefused) {
      return refused(
        'address',
        'the address is not on the public internet, and this server does not call others',
      );
    }
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined || ['ENOENT', 'ENOSPC', 'EACCES', 'EROFS', 'EDQUOT'].includes(code)) throw cause;
    return refused('unreachable', `the file could not be fetched (${code})`);
  }
}

function refused(why: WhyNotFetched, problem: string): Fetched {
  return { status: 'refused', why, problem };
}

function addressOf(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base);
  const good =
    url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
  return good ? url : undefined;
}

function redirectOf(response: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(response.statusCode ?? 0) ? response.headers.location : undefined;
}

async function keep(folder: MediaFolder, response: IncomingMessage, maxBytes: number): Promise<Fetched> {
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = response.headers;
  const tooLarge = () => refused('too-large', `the file has more than ${maxBytes} bytes`);
  try {
    if (response.statusCode !== 200) {
      return refused('answer', `the other server answered ${response.statusCode}, not 200 with the file`);
    }
    if (encoding !== 'identity') {
      return refused('answer', 'the other server sent the file compressed, though it was asked not to');
    }
    // Saves the transfer when it is true; when it is not, the bytes are counted in any case.
    if (Number(length) > maxBytes) return tooLarge();
    const file = await folder.save(response, maxBytes);
    return file ? { status: 'fetched', file } : tooLarge();
  } finally {
    response.destroy();
  }
}
