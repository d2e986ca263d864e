/**
 * A server that gives every request the same answer at once, to see how much the load process itself can do. It gets the
 * answer by message and says by message where it listens.
 */
import { createServer } from 'node:net';

process.on('message', (body: string) => {
  const answer = Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const server = createServer({ noDelay: true }, (socket) => {
    // A line never has two requests under way, and these requests come in one piece or end with a brace.
    socket.on('data', (part: Buffer) => {
      if (part.at(-1) === 0x7d) socket.write(answer);
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address) process.send?.(`http://127.0.0.1:${address.port}`);
  });
});
