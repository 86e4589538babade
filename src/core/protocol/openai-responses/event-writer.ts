/** Numbers the events of one stream, from 0 on. Where nobody listens it writes nothing. */
export class EventWriter {
  readonly #isSilent: boolean;
  #written: string[] = [];
  #next = 0;

  constructor(isSilent: boolean) {
    this.#isSilent = isSilent;
  }

  get next(): number {
    return this.#next;
  }

  write(type: string, fields: object): void {
    if (this.#isSilent) return;
    const data = JSON.stringify({ type, ...fields, sequence_number: this.#next++ });
    this.#written.push(`event: ${type}\ndata: ${data}\n\n`);
  }

  take(): string {
    const text = this.#written.length === 1 ? (this.#written[0] ?? '') : this.#written.join('');
    this.#written = [];
    return text;
  }
}
