import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** OWASP's second choice of parameters for argon2id: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const [saltBytes, hashBytes] = [16, 32];
const queueMax = 32;

/** More wait for a hash than anybody waits for. */
export class HashQueueFull extends Error {
  override readonly name = 'HashQueueFull';
}

/**
 * Hashes passwords, one at a time: the threads that hash are the ones that the journal's disk and new connections wait for
 * (DESIGN §2). Thirty-two may wait; whoever comes then is told to come again.
 */
export class PasswordHashes {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  get waiting(): number {
    return this.#waiting;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const hash = await this.#inTurn(() => derive(password, { ...cost, salt }));
    const written = [salt, hash].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
    return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${written.join('$')}`;
  }

  async verify({ hash, password }: { readonly hash: string; readonly password: string }): Promise<boolean> {
    const known = parse(hash);
    if (!known) return false;
    const derived = await this.#inTurn(() => derive(password, known));
    return derived.byteLength === known.hash.byteLength && timingSafeEqual(derived, known.hash);
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= queueMax) throw new HashQueueFull('too many wait for a password hash');
    this.#waiting += 1;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}

type Parameters = {
  readonly salt: Buffer;
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
};

function derive(password: string, { salt, memory, passes, parallelism }: Parameters): Promise<Buffer> {
  // Compatible forms of one character are one password, whichever keyboard it was typed on.
  const message = Buffer.from(password.normalize('NFKC'), 'utf8');
  const options = { message, nonce: salt, memory, passes, parallelism, tagLength: hashBytes };
  return new Promise((resolve, reject) => {
    argon2('argon2id', options, (thrown, hash) => (thrown ? reject(thrown) : resolve(hash)));
  });
}

const shape = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([\w+/]{16,64})\$([\w+/]{32,128})$/;

function parse(written: string): (Parameters & { readonly hash: Buffer }) | undefined {
  const [, memory, passes, parallelism, salt, hash] = shape.exec(written) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return {
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    ...{ salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') },
  };
}
