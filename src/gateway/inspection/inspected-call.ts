import { Buffer } from 'node:buffer';
import type { Content } from '#core/generation/content.ts';
import { captureBytesMax } from '#core/privacy/inspection.ts';
import type { OpenInspection } from '#keeper/interface/messages.ts';
import type { Call, Reply } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import type { CaptureDesk } from './capture-desk.ts';

/**
 * The same call, with its body and its answer looked over while they pass: for a workspace whose window is open, and for
 * nobody else. What is kept of it leaves this process sealed, or not at all.
 */
export function inspectedCall(call: Call, window: OpenInspection, { captures }: Pick<Gateway, 'captures'>): Call {
  if (!captures.begin(window, call.at)) return call;
  const kept = new Kept(call.generation, window, captures);
  return {
    ...call,
    reply: new InspectedReply(call.reply, kept),
    readBody: async () => kept.request(await call.readBody()),
  };
}

/** The first bytes of a request and of its answer. */
class Kept {
  readonly #generation: string;
  readonly #window: OpenInspection;
  readonly #captures: CaptureDesk;
  #request: Uint8Array = new Uint8Array();
  #requestBytes = 0;
  #answer: Buffer[] = [];
  #answerKept = 0;
  #answerBytes = 0;
  #isOver = false;

  constructor(generation: string, window: OpenInspection, captures: CaptureDesk) {
    this.#generation = generation;
    this.#window = window;
    this.#captures = captures;
  }

  request(content: Content): Content {
    const bytes = content.reveal('sealed-store');
    this.#requestBytes = bytes.byteLength;
    this.#request = bytes.subarray(0, captureBytesMax);
    return content;
  }

  answer(bytes: Uint8Array): void {
    this.#answerBytes += bytes.byteLength;
    const room = captureBytesMax - this.#answerKept;
    if (this.#isOver || room <= 0) return;
    // A buffer of the relay's may be filled again: what is kept is a copy.
    const part = Buffer.from(bytes.subarray(0, room));
    this.#answer.push(part);
    this.#answerKept += part.byteLength;
  }

  over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const head = Buffer.alloc(4);
    head.writeUInt32BE(this.#request.byteLength);
    const bytes = Buffer.concat([head, this.#request, ...this.#answer]);
    this.#request = new Uint8Array();
    this.#answer = [];
    this.#captures.take(this.#window, {
      generation: this.#generation,
      requestBytes: this.#requestBytes,
      answerBytes: this.#answerBytes,
      bytes,
    });
  }
}

class InspectedReply implements Reply {
  readonly #reply: Reply;
  readonly #kept: Kept;

  constructor(reply: Reply, kept: Kept) {
    this.#reply = reply;
    this.#kept = kept;
  }

  get hasLeft(): boolean {
    return this.#reply.hasLeft;
  }

  get hasHead(): boolean {
    return this.#reply.hasHead;
  }

  head(status: number, headers: readonly string[]): void {
    this.#reply.head(status, headers);
  }

  write(bytes: Uint8Array): boolean {
    this.#kept.answer(bytes);
    return this.#reply.write(bytes);
  }

  end(bytes?: Uint8Array): void {
    if (bytes) this.#kept.answer(bytes);
    this.#reply.end(bytes);
    this.#kept.over();
  }

  reset(): void {
    this.#reply.reset();
    this.#kept.over();
  }

  onDrain(listener: () => void): void {
    this.#reply.onDrain(listener);
  }

  onLeft(listener: () => void): void {
    this.#reply.onLeft(() => {
      listener();
      this.#kept.over();
    });
  }

  onOver(listener: () => void): void {
    this.#reply.onOver(listener);
  }
}
