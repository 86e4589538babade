import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { BackingWallets } from '../identity/backing-wallets.ts';
import { type WayIn, wayInLetter } from '../identity/way-in-letter.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import type { PostOffice } from '../people/post-office.ts';
import type { Site } from '../people/site.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import { AuditApi } from './audit-api.ts';

type IdentityOptions = {
  readonly command: RunCommand;
  readonly people: People;
  readonly post: PostOffice;
  readonly publicUrl: () => Promise<string | undefined>;
  /** Left out: no wallet backs limits here. */
  readonly backing?: Pick<BackingWallets, 'unlinkSignIn'>;
};

/** How a person signs in: passkeys, another e-mail address, and what was changed about it. */
export class IdentityApi {
  readonly #options: IdentityOptions;
  readonly #audit: AuditApi;

  constructor(options: IdentityOptions) {
    this.#options = options;
    this.#audit = new AuditApi(options.command);
  }

  async passkeys({ person }: SignedIn): Promise<AccountAnswer> {
    const listed = await (await this.#passkeys()).list(person);
    const data = listed.map(({ id, name, createdAt, usedAt }) => ({
      ...{ id, name, created_at: new Date(createdAt).toISOString() },
      used_at: usedAt === undefined ? null : new Date(usedAt).toISOString(),
    }));
    return { status: 200, body: { data } };
  }

  async beginPasskey(signedIn: SignedIn, site: Site | undefined): Promise<AccountAnswer> {
    if (!site) return noSite;
    const begun = await (await this.#passkeys()).beginAdd(signedIn, site);
    return 'refused' in begun ? refusal(400, String(begun.refused)) : { status: 200, body: { data: begun } };
  }

  async addPasskey(me: SignedIn, site: Site | undefined, given: Body<'passkey'>): Promise<AccountAnswer> {
    if (!site) return noSite;
    const made = await (await this.#passkeys()).add(me.person, site, given);
    if (!made) return refusal(400, 'That is not the passkey that was asked for: begin again.');
    await this.#tell(me, 'passkey-added');
    return { status: 201, body: { data: { id: made.id, name: made.name } }, done: made.id };
  }

  async renamePasskey({ person }: SignedIn, id: string, { name }: Body<'passkey-name'>): Promise<AccountAnswer> {
    return (await (await this.#passkeys()).rename(person, id, name)) ? done : noPasskey;
  }

  async removePasskey(me: SignedIn, id: string): Promise<AccountAnswer> {
    if (!(await (await this.#passkeys()).remove(me.person, id))) return noPasskey;
    await this.#tell(me, 'passkey-removed');
    return done;
  }

  async signIns({ person }: SignedIn): Promise<AccountAnswer> {
    const listed = await this.#options.people.entrances.signIns.list(person);
    const data = listed.map(({ id, provider, label, createdAt }) => ({
      ...{ id, provider, label, created_at: new Date(createdAt).toISOString() },
    }));
    return { status: 200, body: { data } };
  }

  async addElsewhere(
    { person }: SignedIn,
    site: Site | undefined,
    { provider }: Body<'sign-in-elsewhere'>,
  ): Promise<AccountAnswer> {
    if (!site) return noSite;
    const begun = await this.#options.people.entrances.leave(site, { provider, person });
    if (!begun) return refusal(404, 'Nobody signs in there for this Fairlead, or it does not answer just now.');
    return { status: 200, body: { data: { url: begun.url } }, setCookies: [begun.cookie] };
  }

  async beginWallet(site: Site | undefined, { address, chain_id }: Body<'wallet-begin'>): Promise<AccountAnswer> {
    if (!site) return noSite;
    const wallets = await this.#options.people.entrances.wallets();
    const message = await wallets.begin({ address, chainId: chain_id, site });
    return message === undefined ? noWallet : { status: 200, body: { data: { message } } };
  }

  async addWallet(me: SignedIn, site: Site | undefined, signed: Body<'wallet'>): Promise<AccountAnswer> {
    if (!site) return noSite;
    const { entrances } = this.#options.people;
    const address = await (await entrances.wallets()).signer(site, signed);
    if (address === undefined) return noWallet;
    const isAdded = await entrances.signIns.add(me.person, { provider: 'wallet', subject: address }, address);
    if (!isAdded) return refusal(409, 'Somebody signs in with this wallet already.');
    await this.#tell(me, 'wallet-added');
    return done;
  }

  async removeSignIn(me: SignedIn, id: string): Promise<AccountAnswer> {
    const { people, backing } = this.#options;
    const isGone = await people.entrances.signIns.remove(me.person, id);
    if (!isGone) return refusal(404, 'You sign in with no such thing.');
    await backing?.unlinkSignIn(id);
    await this.#tell(me, 'sign-in-removed');
    return done;
  }

  /** What the person has to prove who it is with. */
  async beginProof({ person }: SignedIn, site: Site | undefined): Promise<AccountAnswer> {
    const book = await this.#options.people.book();
    const hasPassword = (await book.passwordOf(person)) !== undefined;
    const begun = site && (await (await this.#passkeys()).beginUse(site, person));
    const passkey = begun && !('refused' in begun) ? begun : null;
    return { status: 200, body: { data: { password: hasPassword, passkey } } };
  }

  async pendingAddress({ person }: SignedIn): Promise<AccountAnswer> {
    const found = await this.#options.people.newAddresses.pending(person);
    const data = found && {
      ...{ email: found.email, old_confirmed: found.oldProved, new_confirmed: found.newProved },
      expires_at: new Date(found.expiresAt).toISOString(),
    };
    return { status: 200, body: { data: data ?? null } };
  }

  async changeAddress(signedIn: SignedIn, { email }: Body<'address'>): Promise<AccountAnswer> {
    const { people } = this.#options;
    if (email.trim().toLowerCase() === signedIn.email) return refusal(400, 'That is your address already.');
    const late = people.writeLater(signedIn);
    if (late) return refusal(429, `Too many letters: try again in ${Math.ceil(late.waitMs / 60_000)} min.`);
    await people.newAddresses.ask(signedIn, email);
    return await this.pendingAddress(signedIn);
  }

  async cancelAddress({ person }: SignedIn): Promise<AccountAnswer> {
    const isGone = await this.#options.people.newAddresses.cancel(person);
    return isGone ? done : refusal(404, 'You asked for no other address.');
  }

  async audit({ id }: SignedIn, ask: Readonly<Record<string, string>>): Promise<AccountAnswer> {
    return await this.#audit.page(id, ask);
  }

  /** Whoever adds a way in with a stolen session is seen by whose account it is. */
  async #tell({ email }: SignedIn, way: WayIn): Promise<void> {
    const { post, publicUrl } = this.#options;
    post.post(wayInLetter(way, { to: email, base: (await publicUrl()) ?? '' }));
  }

  #passkeys() {
    return this.#options.people.entrances.passkeys();
  }
}

const done: AccountAnswer = { status: 200, body: { data: { done: true } } };
const noPasskey = refusal(404, 'You have no such passkey.');
const noWallet = refusal(400, 'That is not what the wallet was asked to sign: begin again.');
const noSite = refusal(403, 'This needs HTTPS, or http://localhost.');
