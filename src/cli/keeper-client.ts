import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { Refused } from '#keeper/commands/command.ts';
import { encodeFrame, FrameReader } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';
import { isOwnDirectory } from '#keeper/interface/private-directory.ts';

const connectMs = 2_000;

/** Runs one command of the keeper and gives its value. Throws Refused with the keeper's sentence. */
export type AskKeeper = (name: string, args: unknown) => Promise<unknown>;

export type KeeperClient = { readonly ask: AskKeeper; close(): void };

/** Connects to the keeper of this socket, or returns undefined when none accepts. */
export async function connectKeeper(socketPath: string): Promise<KeeperClient | undefined> {
  if (!isOwnDirectory(dirname(socketPath))) return undefined;
  const socket = await open(socketPath);
  if (!socket) return undefined;
  const answers = new Map<number, { resolve(value: unknown): void; reject(thrown: Error): void }>();
  const reader = new FrameReader();
  let asked = 0;
  socket.on('data', (bytes: Buffer) => {
    for (const frame of reader.push(bytes)) {
      // The keeper's own process wrote it.
      const message = frame as FromKeeper;
      if (message.kind === 'result') answers.get(message.ask)?.resolve(message.value);
      if (message.kind === 'refused') answers.get(message.ask)?.reject(new Refused(sentenceOfRefusal(message.why)));
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const { reject } of answers.values()) reject(new Refused('The keeper stopped before it answered. Try again.'));
  });
  return {
    ask(name, args) {
      const ask = ++asked;
      const answer = new Promise((resolve, reject) => answers.set(ask, { resolve, reject }));
      socket.write(encodeFrame({ kind: 'command', ask, name, args } satisfies ToKeeper));
      return answer.finally(() => answers.delete(ask));
    },
    close: () => socket.destroy(),
  };
}

function sentenceOfRefusal(why: string): string {
  return why === 'store-failed' ? 'The store failed; the server’s log says where.' : why;
}

function open(socketPath: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const fail = () => {
      socket.destroy();
      resolve(undefined);
    };
    socket.once('error', fail);
    socket.setTimeout(connectMs, fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      resolve(socket);
    });
  });
}
