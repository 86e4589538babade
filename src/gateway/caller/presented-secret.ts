import { hash } from 'node:crypto';

/** A key as it was sent. Whoever sends it again on the same connection brings the same one, whose digest is made once. */
export class PresentedSecret {
  readonly #text: string;
  #digest: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  get digest(): string {
    this.#digest ??= hash('sha256', this.#text, 'base64');
    return this.#digest;
  }
}
