import { randomBytes } from 'node:crypto';
import { type AccountAnswer, refusal } from '../account/account-answer.ts';
import type { RunCommand } from '../command-link.ts';
import type { SignedIn } from '../people/library-door.ts';
import { CopyMaker } from './copy-maker.ts';
import { type RightsOptions, subjectIds } from './rights-api.ts';
import { openPart } from './sealed-parts.ts';

type Copy = {
  readonly id: string;
  readonly state: 'making' | 'ready' | 'failed';
  readonly seal_key: string;
  readonly bytes: number;
  readonly parts: number;
  readonly hash: string | null;
  readonly created_at: string;
  readonly expires_at: string;
};

/** Whoever took over an account's address a moment ago gets nothing out of it for so long: promise J29. */
const heldMs = 7 * 86_400_000;

/** A copy of all that is kept about a person, for that person alone. */
export class CopiesApi {
  readonly #options: RightsOptions;
  readonly #maker: CopyMaker;

  constructor(options: RightsOptions) {
    this.#options = options;
    this.#maker = new CopyMaker(options);
  }

  async list({ person }: SignedIn): Promise<AccountAnswer> {
    const copies = await this.#copies(person);
    if (!copies) return away;
    const data = copies.map(({ id, state, bytes, hash, created_at, expires_at }) => ({
      ...{ id, state, bytes, sha256: hash, created_at, expires_at },
      link: state === 'ready' ? `/api/v1/privacy/copies/${id}` : null,
    }));
    return { status: 200, body: { data } };
  }

  /** It is made by and by: its request is a case, which the finished copy answers. */
  async order(me: SignedIn): Promise<AccountAnswer> {
    const { command, people } = this.#options;
    const held = await this.#held(me);
    if (held) return held;
    const opened = await command('own-case-open', {
      ...{ person: me.id, contact: me.email, identity: 'session', kind: 'export' },
    });
    if ('refused' in opened) return refusal(400, opened.refused);
    // The keeper's command gives this.
    const { id: request, due } = opened.value as { readonly id: string; readonly due: string };
    const id = `copy_${randomBytes(18).toString('base64url')}`;
    const key = randomBytes(32);
    const sealed = await (await people.book()).sealFor(me.person, `copy:${id}`, key.toString('base64url'));
    const begun = await command('copy-open', { id, person: me.person, case: request, seal_key: sealed });
    if ('refused' in begun) {
      await command('own-case-withdraw', { id: request, person: me.id });
      return refusal(429, begun.refused);
    }
    this.#maker.begin({ id, key, me, subject: subjectIds(me, people) });
    const { expires_at } = begun.value as Copy;
    return { status: 202, body: { data: { id, state: 'making', request, due, expires_at } }, done: id };
  }

  /** Part by part, each opened on its way out. */
  async fetch(me: SignedIn, id: string): Promise<AccountAnswer> {
    const { command, people, now } = this.#options;
    const copy = (await this.#copies(me.person))?.find((each) => each.id === id);
    if (copy?.state !== 'ready' || Date.parse(copy.expires_at) <= now()) {
      return refusal(404, 'You have no such copy, or its seven days are over. Ask for another one.');
    }
    const held = await this.#held(me);
    if (held) return held;
    // Only what changes something is written down at the door; that this left is, too.
    const entry = { scope: me.id, actor: me.id, action: 'privacy-copy-fetch', target: id };
    if (!(await this.#options.door.write(entry))) return away;
    const key = await (await people.book()).openFor(me.person, `copy:${id}`, copy.seal_key);
    const content = partsOf(command, { id, person: me.person, parts: copy.parts, key: Buffer.from(key, 'base64url') });
    const name = `fairlead-copy-${copy.created_at.slice(0, 10)}.zip`;
    return { status: 200, body: {}, file: { type: 'application/zip', name, bytes: copy.bytes, content } };
  }

  async #copies(person: string): Promise<readonly Copy[] | undefined> {
    const found = await this.#options.command('copy-list', { person });
    return 'refused' in found ? undefined : (found.value as readonly Copy[]);
  }

  async #held({ person }: SignedIn): Promise<AccountAnswer | undefined> {
    const { people, now } = this.#options;
    const changedAt = await (await people.book()).addressChangedAt(person);
    if (changedAt === undefined || now() - changedAt >= heldMs) return undefined;
    const from = new Date(changedAt + heldMs).toISOString().slice(0, 16);
    const message = `Your e-mail address changed in the last seven days, so no copy leaves before ${from} UTC. Ask the operator if it was not you.`;
    return { status: 403, body: { error: { code: 403, reason: 'address-changed', message } } };
  }
}

const away = refusal(503, 'This cannot be looked up just now. Try again shortly.');

function partsOf(
  command: RunCommand,
  { id, person, parts, key }: { id: string; person: string; parts: number; key: Uint8Array },
): ReadableStream<Uint8Array> {
  let place = 0;
  return new ReadableStream({
    async pull(controller) {
      if (place === parts) return controller.close();
      const found = await command('copy-part-show', { id, person, place });
      // The keeper's command gives this, or null once it is over.
      const part = 'refused' in found ? null : (found.value as { readonly sealed: string } | null);
      if (!part) return controller.error(new Error('the copy is over'));
      controller.enqueue(openPart(key, { copy: id, place }, part.sealed));
      place += 1;
    },
  });
}
