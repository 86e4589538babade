import { connect, type Socket } from 'node:net';
import { encodeFrame, FrameReader } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';

/** What became of a command: its value, or the sentence that refused it. */
export type CommandOutcome = { readonly value: unknown } | { readonly refused: string };

export type RunCommand = (name: string, args: unknown) => Promise<CommandOutcome>;

type Waiting = { readonly finish: (outcome: CommandOutcome) => void; readonly timer: NodeJS.Timeout };

const answerMsOtherwise = 10_000;
/** The keeper answers one command after the other: more would wait longer than anybody does. */
const waitingMax = 256;
/** Who asks nothing for so long needs no connection. */
const idleMs = 60_000;

/**
 * Sends commands to the keeper over one kept connection, reports and what waits for a payment provider over others. One that is lost is made again by the next command; what was asked on
 * it is not asked again, since nobody knows whether it was done.
 */
export function commandLink(keeperSocket: string, answerMs = answerMsOtherwise): RunCommand {
  const link = new CommandLink(keeperSocket, answerMs);
  // The keeper answers a connection's messages one after the other: nobody's key waits for a report.
  const reports = new CommandLink(keeperSocket, answerMs);
  // Nor for a payment provider that is slow, and no payment for one that hangs.
  const providers = Array.from(
    { length: providerLinks },
    () => new CommandLink(keeperSocket, answerMs * providerPatience),
  );
  return (name, args) => {
    if (reportNames.has(name)) return reports.run(name, args);
    return (providerNames.has(name) ? leastBusy(providers) : link).run(name, args);
  };
}

const reportNames: ReadonlySet<string> = new Set(['usage', 'ledger-check']);
/** What is done at a payment provider before it is answered, or loads what speaks to it. */
const providerNames: ReadonlySet<string> = new Set([
  'checkout-create',
  'payment-refund',
  'payment-event',
  'upstream-test',
]);
const providerLinks = 4;
/** Its own deadline, twice, ends within this. */
const providerPatience = 3;

function leastBusy(links: readonly CommandLink[]): CommandLink {
  return links.reduce((least, link) => (link.waiting < least.waiting ? link : least));
}

class CommandLink {
  readonly #path: string;
  readonly #answerMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Socket | undefined;
  #nextAsk = 1;

  constructor(path: string, answerMs: number) {
    this.#path = path;
    this.#answerMs = answerMs;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  run(name: string, args: unknown): Promise<CommandOutcome> {
    if (this.#waiting.size >= waitingMax) {
      return Promise.resolve({ refused: 'Too much is being asked at once. Try again shortly.' });
    }
    const ask = this.#nextAsk;
    this.#nextAsk += 1;
    return new Promise((resolve) => {
      const late = () => this.#answer(ask, { refused: 'The keeper did not answer. Try again shortly.' });
      this.#waiting.set(ask, { finish: resolve, timer: setTimeout(late, this.#answerMs).unref() });
      this.#socket ??= this.#connect();
      // What is written before the connection stands waits in the socket.
      this.#socket.write(encodeFrame({ kind: 'command', ask, name, args } satisfies ToKeeper));
    });
  }

  #connect(): Socket {
    const socket = connect(this.#path);
    const reader = new FrameReader();
    let why = 'The keeper hung up. Try again shortly.';
    socket.on('error', () => {
      why = 'The keeper cannot be reached. Try again shortly.';
    });
    socket.on('close', () => this.#lost(socket, why));
    socket.setTimeout(idleMs, () => {
      if (this.#waiting.size > 0 || this.#socket !== socket) return;
      this.#socket = undefined;
      socket.destroy();
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        // The keeper of this process wrote it.
        for (const frame of reader.push(bytes)) this.#hear(frame as FromKeeper);
      } catch {
        socket.destroy();
      }
    });
    return socket;
  }

  #hear(message: FromKeeper): void {
    if (message.kind === 'result') this.#answer(message.ask, { value: message.value });
    if (message.kind === 'refused') this.#answer(message.ask, { refused: message.why });
  }

  /** Everything that waits was written to this socket: the next command makes another one. */
  #lost(socket: Socket, why: string): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    for (const ask of [...this.#waiting.keys()]) this.#answer(ask, { refused: why });
  }

  #answer(ask: number, outcome: CommandOutcome): void {
    const waiting = this.#waiting.get(ask);
    if (!waiting) return;
    this.#waiting.delete(ask);
    clearTimeout(waiting.timer);
    waiting.finish(outcome);
  }
}
