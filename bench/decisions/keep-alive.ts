import { connect, type Socket } from 'node:net';

/** What one HTTP/1.1 answer said. */
export interface Answer {
  status: number;
  body: string;
}

/** One keep-alive connection that has at most one request under way. */
export interface Line {
  /** Sends a whole request as it goes over the wire and gives the answer. */
  ask(request: Uint8Array, done: (answer: Answer) => void): void;
  close(): void;
}

/** A POST of JSON as it goes over the wire, made ahead so that sending it costs the load process nothing. */
export function post(url: URL, path: string, apiKey: string | undefined, body: unknown): Buffer {
  const json = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${url.host}`,
    'content-type: application/json',
    ...(apiKey === undefined ? [] : [`authorization: Bearer ${apiKey}`]),
    `content-length: ${Buffer.byteLength(json)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${json}`);
}

/** A GET as it goes over the wire. */
export function get(url: URL, path: string, apiKey: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${apiKey}\r\n\r\n`);
}

/**
 * Opens a connection with as little between the socket and the clock as can be: node:http and fetch spend several times
 * longer on a request than the servers measured here, and would be what is measured.
 */
export async function openLine(url: URL, failed: (cause: Error) => void): Promise<Line> {
  const socket = await opened(url);
  let waiting: ((answer: Answer) => void) | undefined;
  let received: Buffer | undefined;
  socket.on('data', (part: Buffer) => {
    received = received ? Buffer.concat([received, part]) : part;
    const answer = readAnswer(received);
    if (!answer) return;
    const done = waiting;
    received = undefined;
    waiting = undefined;
    done?.(answer);
  });
  socket.on('error', failed);
  socket.on('close', () => {
    if (waiting) failed(new Error('The server closed a connection with a request under way.'));
  });
  return {
    ask(request, done) {
      waiting = done;
      socket.write(request);
    },
    close: () => socket.destroy(),
  };
}

function opened(url: URL): Promise<Socket> {
  return new Promise((done, failed) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }, () => {
      socket.off('error', failed);
      done(socket);
    });
    socket.once('error', failed);
  });
}

/** The answer in `bytes`, or undefined while a part is still to come (RFC 9112: content-length or chunked). */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const from = end + 4;
    return bytes.length < from + Number(length)
      ? undefined
      : { status, body: bytes.toString('utf8', from, from + Number(length)) };
  }
  return readChunks(bytes, end + 4, status);
}

function readChunks(bytes: Buffer, from: number, status: number): Answer | undefined {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (Number.isNaN(size)) throw new Error('An answer has neither a length nor chunks.');
    if (bytes.length < line + 2 + size + 2) return undefined;
    if (size === 0) return { status, body: Buffer.concat(parts).toString('utf8') };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
