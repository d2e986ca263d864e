import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';

/** A wire between a client and the server that a test can cut. */
export async function openWire(to: string): Promise<{ url: string; cut(): Promise<void> }> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const wire: Server = createServer((near) => {
    const far = openSocket(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((done) => wire.listen(0, '127.0.0.1', done));
  const address = wire.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    cut() {
      const closed = new Promise<void>((done) => wire.close(() => done()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}
