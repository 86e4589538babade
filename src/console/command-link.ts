import { connect } from 'node:net';
import { encodeFrame, FrameReader } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';

/** What became of a command: its value, or the sentence that refused it. */
export type CommandOutcome = { readonly value: unknown } | { readonly refused: string };

export type RunCommand = (name: string, args: unknown) => Promise<CommandOutcome>;

const answerMs = 10_000;

/** Sends a command to the keeper on a connection of its own: people are few, and a lost keeper is then nobody's state. */
export function commandLink(keeperSocket: string): RunCommand {
  return (name, args) =>
    new Promise((resolve) => {
      const socket = connect(keeperSocket);
      const reader = new FrameReader();
      const finish = (outcome: CommandOutcome) => {
        resolve(outcome);
        socket.destroy();
      };
      socket.setTimeout(answerMs, () => finish({ refused: 'The keeper did not answer. Try again shortly.' }));
      socket.on('error', () => finish({ refused: 'The keeper cannot be reached. Try again shortly.' }));
      socket.on('close', () => finish({ refused: 'The keeper hung up. Try again shortly.' }));
      socket.on('connect', () => socket.write(encodeFrame({ kind: 'command', ask: 1, name, args } satisfies ToKeeper)));
      socket.on('data', (bytes: Buffer) => {
        for (const frame of reader.push(bytes)) {
          // The keeper of this process wrote it.
          const message = frame as FromKeeper;
          if (message.kind === 'result') finish({ value: message.value });
          if (message.kind === 'refused') finish({ refused: message.why });
        }
      });
    });
}
