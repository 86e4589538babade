/** A sentence for the operator: why this cannot start. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
  readonly sentence: string;

  constructor(sentence: string) {
    super('start refused');
    this.sentence = sentence;
  }
}
