import { once } from 'node:events';
import net from 'node:net';
import { encodeFrame, FrameReader } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';

export type FakeKeeper = {
  /** How often each generation came in a message that was answered. */
  readonly posted: Map<string, number>;
  readonly throughs: number[];
  readonly parts: string[];
  stop(): Promise<void>;
};

/** A keeper that posts whatever it hears, or, with `answers: false`, hears and says nothing. */
export async function startFakeKeeper(socketPath: string, { answers = true } = {}): Promise<FakeKeeper> {
  const posted = new Map<string, number>();
  const throughs: number[] = [];
  const parts: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    const reader = new FrameReader();
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (const message of reader.push(bytes) as ToKeeper[]) {
        if (message.kind === 'hello') parts.push(`${message.instance} ${message.part}`);
        if (message.kind !== 'ended' || !answers) continue;
        for (const record of message.records as { generation: string }[]) {
          posted.set(record.generation, (posted.get(record.generation) ?? 0) + 1);
        }
        throughs.push(message.through);
        socket.write(encodeFrame({ kind: 'posted', through: message.through } satisfies FromKeeper));
      }
    });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    posted,
    throughs,
    parts,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
