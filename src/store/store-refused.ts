/** The store cannot be used as it is found. The sentence is for the operator: what is wrong, and what to do. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  readonly sentence: string;

  constructor(sentence: string) {
    super(sentence);
    this.sentence = sentence;
  }
}
