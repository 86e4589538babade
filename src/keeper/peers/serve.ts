import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { encodeFrame } from '../interface/framing.ts';
import type { FromKeeper } from '../interface/messages.ts';
import { makePrivateDirectory } from '../interface/private-directory.ts';
import { faultFields } from '../keeper-log.ts';
import { type AnswerContext, answer } from './answer.ts';
import { Peer, type PeerEvents } from './peer.ts';

export type KeeperServer = {
  /** Tells every gateway the same. */
  tellGateways(message: FromKeeper): void;
  /** Asks gateways for what they do not need of an allowance; returns those of these that are connected. */
  recall(allowance: string, window: string, instances: readonly string[] | 'all'): readonly string[];
  /** Is a part of this instance connected now? */
  hears(instance: string): boolean;
  /** Takes nobody new and hangs up. */
  close(): Promise<void>;
};

/** Serves the keeper's protocol on a private socket, to gateways, journals and commands alike. */
export async function serve(socketPath: string, context: AnswerContext): Promise<KeeperServer> {
  const peers = new Set<Peer>();
  const events: PeerEvents = {
    answer: (peer, message) => answer(context, peer, message),
    broken: (_, thrown) => context.log('keeper-message-broken', faultFields(thrown)),
    tooSlow: (peer) => context.log('keeper-peer-too-slow', { instance: peer.instance ?? '' }),
    left: (peer) => {
      peers.delete(peer);
      context.held.forget(peer);
    },
  };
  const server = createServer((socket) => peers.add(new Peer(socket, events)));
  await listen(server, socketPath);
  return {
    tellGateways(message) {
      const frame = encodeFrame(message);
      for (const peer of peers) if (peer.part === 'gateway') peer.sayFrame(frame);
    },
    recall(allowance, window, instances) {
      const frame = encodeFrame({ kind: 'recall', allowance, window } satisfies FromKeeper);
      const asked: string[] = [];
      for (const peer of peers) {
        const { instance, part } = peer;
        if (part !== 'gateway' || instance === undefined) continue;
        if (instances !== 'all' && !instances.includes(instance)) continue;
        peer.sayFrame(frame);
        asked.push(instance);
      }
      return asked;
    },
    hears: (instance) => [...peers].some((peer) => peer.instance === instance),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const peer of peers) peer.end();
      return closed;
    },
  };
}

/** The lock on the data directory is ours, so a socket file that is there is a dead one. */
async function listen(server: Server, socketPath: string): Promise<void> {
  makePrivateDirectory(dirname(socketPath));
  rmSync(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
}
