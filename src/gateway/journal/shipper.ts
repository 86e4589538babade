import net from 'node:net';
import { encodeFrame, FrameReader, frameOfJson } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';

/** An `end` record that the keeper has not posted. Null payload: it stands in the file alone. */
export type UnpostedEnd = {
  segment: number;
  at: number;
  readonly length: number;
  payload: string | null;
  isPosted: boolean;
};

export type ShipperOptions = {
  readonly instance: string;
  readonly keeperSocket: string;
  /** `through` of the first record is one more. */
  readonly startThrough: number;
  readonly readPayload: (end: UnpostedEnd) => string;
  readonly onPosted: (ends: readonly UnpostedEnd[]) => void;
  /** The connection came or went: `dueMs` is another. */
  readonly onChange: () => void;
};

type Batch = { readonly through: number; readonly ends: readonly UnpostedEnd[] };

const batchRecordsMax = 500;
/** A lone record shows soon; where more come, they wait for company: a batch costs the keeper a transaction. */
const batchWaitMs = { few: 20, many: 250 };
const manyRecords = 5;
const windowBatchesMax = 4;
const heldBytesMax = 64 * 1024 * 1024;
const silenceMs = 30_000;
const retryMs = { first: 100, longest: 1000 };

/** Brings `end` records to the keeper over a connection of its own, again after each reconnect, until it says `posted`. */
export class Shipper {
  readonly #options: ShipperOptions;
  readonly #waiting: UnpostedEnd[] = [];
  #waitingFirst = 0;
  #oldestWaitingMs = 0;
  #inFlight: Batch[] = [];
  #through: number;
  #heldBytes = 0;
  #socket: net.Socket | null = null;
  #isConnected = false;
  #lastPostedMs = 0;
  #retryMs = retryMs.first;
  #retryAtMs = 0;

  constructor(options: ShipperOptions) {
    this.#options = options;
    this.#through = options.startThrough;
  }

  add(end: UnpostedEnd, nowMs: number): void {
    if (this.#heldBytes + end.length > heldBytesMax) end.payload = null;
    if (end.payload !== null) this.#heldBytes += end.length;
    if (this.waitingCount() === 0) this.#oldestWaitingMs = nowMs;
    this.#waiting.push(end);
  }

  waitingCount(): number {
    return this.#waiting.length - this.#waitingFirst;
  }

  isIdle(): boolean {
    return this.waitingCount() === 0 && this.#inFlight.length === 0;
  }

  /** Connects, sends what is due; `isUrgent`: also what could still wait for company. */
  advance(nowMs: number, isUrgent: boolean): void {
    if (!this.#socket && nowMs >= this.#retryAtMs) this.#connect();
    if (!this.#isConnected) return;
    if (this.#inFlight.length > 0 && nowMs - this.#lastPostedMs > silenceMs) this.#socket?.destroy();
    while (this.#inFlight.length < windowBatchesMax && this.#isDue(nowMs, isUrgent)) this.#sendNext(nowMs);
  }

  /** When `advance` has something to do next, if nothing comes in before. */
  dueMs(): number {
    if (!this.#socket) return this.#retryAtMs;
    const batch = this.waitingCount() > 0 && this.#inFlight.length < windowBatchesMax;
    if (this.#isConnected && batch) return this.#oldestWaitingMs + this.#waitMs();
    return this.#inFlight.length > 0 ? this.#lastPostedMs + silenceMs : Number.POSITIVE_INFINITY;
  }

  stop(): void {
    this.#socket?.destroy();
  }

  #waitMs(): number {
    return this.waitingCount() < manyRecords ? batchWaitMs.few : batchWaitMs.many;
  }

  #isDue(nowMs: number, isUrgent: boolean): boolean {
    const count = this.waitingCount();
    return count >= batchRecordsMax || (count > 0 && (isUrgent || nowMs - this.#oldestWaitingMs >= this.#waitMs()));
  }

  #sendNext(nowMs: number): void {
    const first = this.#waitingFirst;
    const ends = this.#waiting.slice(first, first + batchRecordsMax);
    this.#waitingFirst += ends.length;
    if (this.#waitingFirst > 4096 || this.waitingCount() === 0) {
      this.#waiting.splice(0, this.#waitingFirst);
      this.#waitingFirst = 0;
    }
    this.#through += ends.length;
    const batch = { through: this.#through, ends };
    if (this.#inFlight.length === 0) this.#lastPostedMs = nowMs;
    this.#inFlight.push(batch);
    this.#send(batch);
  }

  #send({ through, ends }: Batch): void {
    const records = ends.map((end) => end.payload ?? this.#options.readPayload(end));
    const kind: ToKeeper['kind'] = 'ended';
    this.#socket?.write(frameOfJson(`{"kind":"${kind}","through":${through},"records":[${records.join(',')}]}`));
  }

  #connect(): void {
    const socket = net.connect(this.#options.keeperSocket);
    const reader = new FrameReader();
    this.#socket = socket;
    socket.on('connect', () => {
      const hello: ToKeeper = { kind: 'hello', instance: this.#options.instance, part: 'journal' };
      socket.write(encodeFrame(hello));
      this.#isConnected = true;
      this.#retryMs = retryMs.first;
      this.#lastPostedMs = performance.now();
      for (const batch of this.#inFlight) this.#send(batch);
      this.advance(performance.now(), false);
      this.#options.onChange();
    });
    socket.on('data', (bytes: Buffer) => this.#hear(socket, reader, bytes));
    // 'close' follows and says all there is to do.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#onClose());
  }

  #onClose(): void {
    this.#socket = null;
    this.#isConnected = false;
    this.#retryAtMs = performance.now() + this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, retryMs.longest);
    this.#options.onChange();
  }

  #hear(socket: net.Socket, reader: FrameReader, bytes: Buffer): void {
    let messages: readonly unknown[];
    try {
      messages = reader.push(bytes);
    } catch {
      socket.destroy();
      return;
    }
    for (const message of messages as readonly FromKeeper[]) {
      if (message.kind === 'posted') this.#onPosted(message.through);
    }
    this.advance(performance.now(), false);
  }

  #onPosted(through: number): void {
    const posted = this.#inFlight.filter((batch) => batch.through <= through);
    if (posted.length === 0) return;
    this.#lastPostedMs = performance.now();
    this.#inFlight = this.#inFlight.slice(posted.length);
    for (const { ends } of posted) {
      for (const end of ends) {
        end.isPosted = true;
        if (end.payload !== null) this.#heldBytes -= end.length;
        end.payload = null;
      }
      this.#options.onPosted(ends);
    }
  }
}
