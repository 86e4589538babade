import { fieldOf } from '#core/protocol/json-value.ts';
import { type AccountAnswer, refusal } from '../account/account-answer.ts';
import type { Door } from '../account/door.ts';
import { findKey } from '../account/find-caller.ts';
import { readFields } from '../account/read-fields.ts';
import type { RunCommand } from '../command-link.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PostOffice } from '../people/post-office.ts';
import { type GithubLeaks, GithubSignature, hashOfLeaked, type SignedNotice } from './github-signature.ts';
import { leakLetter } from './leak-letter.ts';

export type LeakDeskOptions = {
  readonly command: RunCommand;
  readonly door: Pick<Door, 'write'>;
  readonly pepper: Uint8Array;
  readonly keyPrefix: string;
  readonly book: () => Promise<PersonBook>;
  readonly post: PostOffice;
  readonly publicUrl: () => Promise<string | undefined>;
  /** Undefined: the configuration asks for no notices of GitHub. */
  readonly github: GithubLeaks | undefined;
  now(): number;
};

type Leak = { readonly secret: string; readonly finder: 'finder' | 'github'; readonly place: string | undefined };

/** Of one notice: GitHub sends fewer, and whoever forges none gets so far. */
const leaksMax = 500;

/** Keys that others know: whoever finds one stops it, and those who lead its workspace are told. */
export class LeakDesk {
  readonly #options: LeakDeskOptions;
  readonly #github: GithubSignature | undefined;

  constructor(options: LeakDeskOptions) {
    this.#options = options;
    this.#github = options.github && new GithubSignature({ ...options.github, now: options.now });
  }

  /** Who holds a key can stop it. Nobody is told whether it was one. */
  async report(fields: Readonly<Record<string, unknown>>): Promise<AccountAnswer> {
    const secret = typeof fields.key === 'string' ? fields.key : '';
    const state = await this.#take({ secret, finder: 'finder', place: undefined });
    return state === 'not-now' ? notNow : { status: 202, body: { received: true } };
  }

  /** A notice in the form of GitHub's secret scanning: each key that serves here stops, and GitHub hears which did. */
  async github(notice: SignedNotice): Promise<AccountAnswer> {
    if (!this.#github) return refusal(404, 'Notices of GitHub are not asked for here: the setting leaks.github.');
    const judged = await this.#github.judge(notice);
    if (judged === 'not-now')
      return refusal(503, 'The keys of GitHub cannot be asked for just now. Try again shortly.');
    if (judged === 'forged') return refusal(401, 'This is not signed by a key of GitHub that is known here.');
    const leaks = readNotice(notice.body);
    if (!leaks) return refusal(400, 'This is not a list of tokens.');
    const told: object[] = [];
    for (const { type, ...leak } of leaks) {
      const state = await this.#take({ ...leak, finder: 'github' });
      if (state === 'not-now') return notNow;
      const label = state === 'stopped' ? 'true_positive' : 'false_positive';
      told.push({ token_hash: hashOfLeaked(leak.secret), token_type: type, label });
    }
    return { status: 200, body: told };
  }

  /** `unknown`: no key that serves, or one that was stopped before. */
  async #take({ secret, finder, place }: Leak): Promise<'stopped' | 'unknown' | 'not-now'> {
    const found = await findKey(this.#options, secret, 'finder');
    if (found.kind === 'unavailable') return 'not-now';
    if (found.kind !== 'caller') return 'unknown';
    const { key: id, workspace: scope } = found.caller;
    const { command, door } = this.#options;
    if (!(await door.write({ scope, actor: finder, action: 'key-leaked', target: id }))) return 'not-now';
    const stopped = await command('key-leaked', { id });
    if ('refused' in stopped) return 'not-now';
    // The key does nothing any more, whatever becomes of the letters.
    await this.#tell({ key: id, workspace: scope, place }).catch(() => {});
    return 'stopped';
  }

  /** Those who lead the workspace. */
  async #tell(leaked: { readonly key: string; readonly workspace: string; readonly place: string | undefined }) {
    const { command, book, post, publicUrl } = this.#options;
    const { key: id, workspace, place } = leaked;
    const [listed, shown] = await Promise.all([
      command('member-list', { workspace }),
      command('key-show', { id, within: workspace }),
    ]);
    if ('refused' in listed || 'refused' in shown) return;
    // The keeper's commands give these.
    const members = listed.value as readonly { readonly person: string; readonly role: string }[];
    const { name, hint } = shown.value as { readonly name: string; readonly hint: string };
    const leading = members.filter(({ role }) => role === 'owner' || role === 'admin').map(({ person }) => person);
    const base = (await publicUrl())?.replace(/\/$/, '') ?? '';
    for (const { email } of await (await book()).byKeys(leading)) {
      post.post(leakLetter({ name, hint, place }, { to: email, base }));
    }
  }
}

const notNow = refusal(503, 'Keys cannot be looked up just now. Try again shortly.');

function readNotice(
  body: Uint8Array,
): readonly { readonly secret: string; readonly type: string; readonly place: string | undefined }[] | undefined {
  // The reader that bounds how deep a text nests takes objects.
  const fields = readFields(Buffer.concat([Buffer.from('{"all":'), body, Buffer.from('}')]));
  const all: unknown = fields?.all;
  if (!Array.isArray(all) || all.length > leaksMax) return undefined;
  const leaks = all.map((each: unknown) => {
    const [token, type, url] = ['token', 'type', 'url'].map((name) => fieldOf(each, name));
    if (typeof token !== 'string' || token.length > 200) return undefined;
    return { secret: token, type: typeof type === 'string' ? type.slice(0, 100) : '', place: readPlace(url) };
  });
  return leaks.every((leak) => leak !== undefined) ? leaks : undefined;
}

/** An address on the public web, and nothing else that somebody may write there. */
function readPlace(url: unknown): string | undefined {
  if (typeof url !== 'string' || url.length > 500 || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' ? href : undefined;
}
