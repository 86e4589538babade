import { createHash } from 'node:crypto';
import { formatUsd } from '#core/money/nano.ts';
import type { CommandOutcome, RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { OperatorRole } from '../contract/permissions.ts';
import type { BackingRule, BackingWallets } from '../identity/backing-wallets.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import type { OutboxLetter, PostOffice } from '../people/post-office.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import { findMemberships } from './find-caller.ts';

type OperatorOptions = {
  readonly command: RunCommand;
  readonly people: People;
  readonly post: PostOffice;
  readonly backing: BackingWallets;
};

/** What whoever runs this Fairlead sees and changes: all of it what the command line can do as well. */
export class OperatorApi {
  readonly #options: OperatorOptions;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  async outbox(): Promise<AccountAnswer> {
    const { post } = this.#options;
    // A link in a letter is as good as a password: whoever reads it does so under its own address.
    const data = post.outbox.map(({ at, kind, to, subject, state, text }) => ({
      ...{ id: text === '' ? null : letterId(text), at: new Date(at).toISOString(), kind, to, subject, state },
    }));
    return { status: 200, body: { data, sends: post.sends } };
  }

  /** What a letter says. One operator must not become another one by the link of a letter that was asked for in its name. */
  async letter({ person }: SignedIn, id: string): Promise<AccountAnswer> {
    const found = this.#options.post.outbox.find(({ text }) => text !== '' && letterId(text) === id);
    if (!found) return refusal(404, 'There is no such letter here: what was sent keeps no text.');
    const addressee = await (await this.#options.people.book()).byEmail(found.to);
    if (addressee && addressee.key !== person) {
      const held = await findMemberships(this.#options.command, addressee.key, 'another');
      if (!held) return refusal(503, 'This cannot be looked up just now. Try again shortly.');
      if (held.operator_roles.length > 0) {
        return refusal(403, 'Only who gets it reads a letter to an operator: "fairlead member reset" lets in again.');
      }
    }
    return { status: 200, body: { data: { id, text: found.text } } };
  }

  workspaces = () => this.#data('operator-workspaces');
  upstreams = () => this.#data('operator-upstreams');
  prices = () => this.#data('models');
  markup = () => this.#data('markup-list');
  ledger = () => this.#data('ledger-trial-balance');
  latePayments = () => this.#data('late-payment-list');
  ledgerCheck = () => this.#data('ledger-check');
  abuse = () => this.#data('abuse-list');
  reconciliation = () => this.#data('ledger-reconciliation-show');
  bills = (upstream: string) => this.#data('ledger-bill-list', { upstream });
  pricesSet = () => this.#data('price-list');
  margin = ({ days }: Readonly<Record<string, string>>) => this.#data('margin-show', { days }, 400);

  async addUpstream(body: Body<'upstream'>): Promise<AccountAnswer> {
    const answer = await this.#data('upstream-add', body, 400);
    return answer.status >= 400 ? answer : { ...answer, status: 201, done: body.name };
  }

  changeUpstream(name: string, body: Body<'upstream-change'>): Promise<AccountAnswer> {
    return this.#data('upstream-change', { ...body, name }, 400);
  }

  removeUpstream = (name: string) => this.#data('upstream-remove', { name }, 404);
  testUpstream = (name: string) => this.#data('upstream-test', { name }, 409);
  acceptUpstream = (name: string) => this.#data('data-accept', { endpoint: name }, 404);

  async setPrice(body: Body<'price'>): Promise<AccountAnswer> {
    const answer = await this.#data('price-set', body, 400);
    return answer.status >= 400 ? answer : { ...answer, done: body.endpoint };
  }

  /** Who leads which work, and what was dropped. */
  async jobs(): Promise<AccountAnswer> {
    const [retention, leaders] = [await this.#ask('retention', {}), await this.#ask('job-list', {})];
    if ('refused' in retention || 'refused' in leaders) return refusal(503, 'This cannot be looked up just now.');
    return { status: 200, body: { data: { ...(retention.value as object), leaders: leaders.value } } };
  }

  freeze(workspace: string, frozen: boolean): Promise<AccountAnswer> {
    return this.#data('workspace-freeze', { workspace, frozen }, 404);
  }

  async setMarkup(body: Body<'markup'>): Promise<AccountAnswer> {
    return this.#markup(await this.#data('markup-set', body, 400), ['percent']);
  }

  async removeMarkup({ model, seller, workspace }: Readonly<Record<string, string>>): Promise<AccountAnswer> {
    return this.#markup(await this.#data('markup-remove', { model, seller, workspace }, 404), []);
  }

  async decide(id: string, body: Body<'decision'>): Promise<AccountAnswer> {
    return { ...(await this.#data('abuse-decide', { id, ...body }, 404)), done: body.action };
  }

  /** The rule, as the keeper gives it, for the log of changes. */
  #markup(answer: AccountAnswer, also: readonly string[]): AccountAnswer {
    if (answer.status >= 400) return answer;
    const { data } = answer.body as { readonly data: Readonly<Record<string, unknown>> };
    const said = [...also, 'model', 'seller', 'workspace'].flatMap((name) =>
      typeof data[name] === 'string' ? [`${name}=${data[name]}`] : [],
    );
    return { ...answer, done: said.join(' ') };
  }

  /** Endpoints with what they cost and whether they answer. */
  async endpoints(): Promise<AccountAnswer> {
    const offer = await this.#ask('offer', {});
    if ('refused' in offer) return refusal(503, offer.refused);
    // The keeper's command gives this.
    const { models } = offer.value as {
      readonly models: readonly { readonly id: string; readonly endpoints: readonly object[] }[];
    };
    const data = models.flatMap(({ id: model, endpoints }) => endpoints.map((endpoint) => ({ model, ...endpoint })));
    return { status: 200, body: { data } };
  }

  async health(): Promise<AccountAnswer> {
    const [instances, upstreams] = [await this.#ask('instance-list', {}), await this.#ask('operator-upstreams', {})];
    if ('refused' in instances || 'refused' in upstreams) return refusal(503, 'This cannot be looked up just now.');
    return { status: 200, body: { data: { instances: instances.value, upstreams: upstreams.value } } };
  }

  /** The rule of the configuration, and what it comes to for each workspace; nothing of whose wallet it is. */
  async walletRule(): Promise<AccountAnswer> {
    const { backing } = this.#options;
    if (!backing.rule) return { status: 200, body: { data: { rule: null, workspaces: [] } } };
    const listed = await this.#ask('operator-workspaces', {});
    if ('refused' in listed) return refusal(503, listed.refused);
    // The keeper's command gives this.
    const names = new Map((listed.value as readonly { id: string; name: string }[]).map(({ id, name }) => [id, name]));
    const workspaces = (await backing.all()).map((each) => ({
      ...{ id: each.workspace, name: names.get(each.workspace) ?? null },
      ...{ balance: each.balance ?? null, requests: each.requests, usd: each.usd, stale: each.isStale },
      read_at: each.readAt === undefined ? null : new Date(each.readAt).toISOString(),
    }));
    return { status: 200, body: { data: { rule: wholeRule(backing.rule), workspaces } } };
  }

  async operators(): Promise<AccountAnswer> {
    const listed = await this.#ask('operator-list', {});
    if ('refused' in listed) return refusal(503, listed.refused);
    const rows = listed.value as readonly { readonly person: string; readonly role: OperatorRole }[];
    const book = await this.#options.people.book();
    const known = new Map((await book.byKeys(rows.map(({ person }) => person))).map((each) => [each.key, each]));
    const data = rows.flatMap(({ person, role }) => {
      const found = known.get(person);
      return found ? [{ id: found.id, name: found.name, email: found.email, role }] : [];
    });
    return { status: 200, body: { data } };
  }

  async grant({ email, role }: Body<'operator'>): Promise<AccountAnswer> {
    const person = await (await this.#options.people.book()).byEmail(email);
    if (!person) return refusal(404, 'Nobody has an account with this address.');
    // Anybody can make an account with an address: only who follows the link of a letter shows that it is its own.
    if (!person.verified) {
      return refusal(409, 'Whoever has this account has not confirmed its address yet: it follows its letter first.');
    }
    const granted = await this.#ask('operator-grant', { person: person.key, role });
    return 'refused' in granted
      ? refusal(400, granted.refused)
      : {
          status: 200,
          body: { data: { id: person.id, name: person.name, email: person.email, role } },
          done: `${person.id} ${role}`,
        };
  }

  async removeRole(id: string, role: string): Promise<AccountAnswer> {
    const person = await (await this.#options.people.book()).byId(id);
    if (!person) return refusal(404, 'There is no such person.');
    return await this.#data('operator-remove', { person: person.key, role }, 409);
  }

  async #data(name: string, args: object = {}, refused = 503): Promise<AccountAnswer> {
    const outcome = await this.#ask(name, args);
    if ('refused' in outcome) return refusal(refused, outcome.refused);
    // The keeper's commands give objects and lists.
    return { status: 200, body: { data: outcome.value as object } };
  }

  #ask(name: string, args: object): Promise<CommandOutcome> {
    return this.#options.command(name, args);
  }
}

/** The address of the node is left out: many hold a key. */
function wholeRule(rule: BackingRule) {
  return {
    ...{ chain_id: rule.chainId, token: rule.token, decimals: rule.decimals },
    ...{
      requests_per_token: Number(rule.microRequestsPerToken) / 1_000_000,
      usd_per_token: formatUsd(rule.nanoPerToken),
    },
    ...{ requests_max: Number(rule.requestsMax), usd_max: formatUsd(rule.nanoMax) },
    ...{ refresh_minutes: rule.refreshMs / 60_000, stale_hours: rule.staleMs / 3_600_000 },
  };
}

/** What a letter is called. Its text holds the secret of a link, so nobody guesses a text from its name. */
function letterId(text: OutboxLetter['text']): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
