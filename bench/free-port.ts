import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// For programs that cannot choose one themselves and say which.
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return address.port;
}

export async function waitUntilListening(port: number, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await accepts(port))) {
    if (Date.now() > end) throw new Error(`did not listen on port ${port} within ${limitMs / 1000} s`);
    await sleep(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
