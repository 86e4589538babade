import type { Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../interface/framing.ts';
import type { FromKeeper, ToKeeper } from '../interface/messages.ts';
import { readMessage } from './read-message.ts';

const inboxMax = 1_000;
/** A peer that does not read what it is told is cut off before it fills our memory. */
const unreadBytesMax = 64 * 1024 * 1024;

/** What was said to whom on one connection. */
export type PeerEvents = {
  /** Answers one message; the next one is taken when this resolves, so that a stream stays ordered. */
  answer(peer: Peer, message: ToKeeper): Promise<void>;
  broken(peer: Peer, thrown: unknown): void;
  tooSlow(peer: Peer): void;
  left(peer: Peer): void;
};

/** One connection: an ordered stream of messages, answered one after the other. */
export class Peer {
  readonly #socket: Socket;
  readonly #events: PeerEvents;
  readonly #reader = new FrameReader();
  readonly #inbox: ToKeeper[] = [];
  #isAnswering = false;
  #isClosed = false;
  #hello: { readonly instance: string; readonly part: 'gateway' | 'journal' | 'command' } | undefined;

  constructor(socket: Socket, events: PeerEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#close());
  }

  get instance(): string | undefined {
    return this.#hello?.instance;
  }

  get part(): 'gateway' | 'journal' | 'command' | undefined {
    return this.#hello?.part;
  }

  greet(hello: { readonly instance: string; readonly part: 'gateway' | 'journal' | 'command' }): void {
    this.#hello = { instance: hello.instance, part: hello.part };
  }

  say(message: FromKeeper): void {
    this.sayFrame(encodeFrame(message));
  }

  /** What goes to many peers is encoded once. */
  sayFrame(frame: Uint8Array): void {
    if (this.#socket.destroyed) return;
    if (this.#socket.writableLength > unreadBytesMax) {
      this.#events.tooSlow(this);
      this.#socket.destroy();
      return;
    }
    this.#socket.write(frame);
  }

  /** Says what is left to say, then hangs up. */
  end(): void {
    this.#socket.end();
    this.#socket.setTimeout(1_000, () => this.#socket.destroy());
  }

  #take(bytes: Buffer): void {
    try {
      for (const message of this.#reader.push(bytes)) this.#read(message);
    } catch (thrown) {
      this.#events.broken(this, thrown);
      this.#socket.destroy();
      return;
    }
    if (this.#inbox.length > inboxMax) this.#socket.pause();
    if (!this.#isAnswering) void this.#answerAll();
  }

  /** A question that cannot be read is refused alone: who asked for it must not cost everybody the connection. */
  #read(message: unknown): void {
    try {
      this.#inbox.push(readMessage(message));
    } catch (thrown) {
      const ask = typeof message === 'object' && message !== null && 'ask' in message ? message.ask : undefined;
      if (typeof ask !== 'number') throw thrown;
      this.say({ kind: 'refused', ask, why: 'broken-message' });
    }
  }

  async #answerAll(): Promise<void> {
    this.#isAnswering = true;
    for (let message = this.#inbox.shift(); message; message = this.#inbox.shift()) {
      await this.#events.answer(this, message);
    }
    this.#isAnswering = false;
    if (this.#isClosed) this.#events.left(this);
    else this.#socket.resume();
  }

  /** What it said before it left still counts. */
  #close(): void {
    this.#isClosed = true;
    if (!this.#isAnswering) this.#events.left(this);
  }
}
