import { formatUsd } from '#core/money/nano.ts';
import type { CommandOutcome, RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import { memberSettings } from '../contract/member-settings.ts';
import type { BackingWallets } from '../identity/backing-wallets.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { AccountCaller } from './find-caller.ts';

type Shown = { readonly settings: Readonly<Record<string, string>> };

/** How a workspace is served: the settings that are its own people's, and when its wallet is filled by itself. */
export class WorkspaceApi {
  readonly #command: RunCommand;
  readonly #backing: BackingWallets;

  constructor(command: RunCommand, backing: BackingWallets) {
    this.#command = command;
    this.#backing = backing;
  }

  /** What a token is worth here, and the wallet that backs the workspace. */
  async backing({ workspace }: AccountCaller): Promise<AccountAnswer> {
    const { rule } = this.#backing;
    if (!rule) return { status: 200, body: { data: { rule: null, wallet: null } } };
    const found = await this.#backing.show(workspace);
    const wallet = found && {
      ...{ sign_in: found.signIn, address: found.address, balance: found.balance ?? null, stale: found.isStale },
      read_at: found.readAt === undefined ? null : new Date(found.readAt).toISOString(),
      ...{ requests: found.requests, usd: found.usd },
    };
    const shown = { chain_id: rule.chainId, token: rule.token, usd_per_token: formatUsd(rule.nanoPerToken) };
    const perToken = Number(rule.microRequestsPerToken) / 1_000_000;
    return {
      status: 200,
      body: { data: { rule: { ...shown, requests_per_token: perToken }, wallet: wallet ?? null } },
    };
  }

  async chooseBacking(caller: AccountCaller, { sign_in: signIn }: Body<'backing'>): Promise<AccountAnswer> {
    if (!this.#backing.rule) return refusal(404, 'No token is worth anything here.');
    if (caller.kind !== 'person') return refusal(403, 'A wallet is of a person: sign in.');
    const isLinked = await this.#backing.link(caller.workspace, caller.signedIn.person, signIn);
    return isLinked
      ? await this.backing(caller)
      : refusal(409, 'That is no wallet of yours, or it backs another workspace.');
  }

  async removeBacking(caller: AccountCaller): Promise<AccountAnswer> {
    const isGone = await this.#backing.unlink(caller.workspace);
    return isGone ? await this.backing(caller) : refusal(404, 'No wallet backs this workspace.');
  }

  async settings({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return this.#shown(await this.#set(workspace, []));
  }

  async changeSettings({ workspace }: AccountCaller, { settings }: Body<'settings'>): Promise<AccountAnswer> {
    const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    if (pairs.length === 0) return refusal(400, 'Say which settings, and what they are to be.');
    const answer = this.#shown(await this.#set(workspace, pairs));
    return answer.status === 200 ? { ...answer, done: pairs.join(' ') } : answer;
  }

  async topUp({ workspace }: AccountCaller): Promise<AccountAnswer> {
    const outcome = await this.#command('topup-show', { workspace });
    if ('refused' in outcome) return refusal(503, outcome.refused);
    // The keeper's command gives this.
    return { status: 200, body: { data: outcome.value as object } };
  }

  async changeTopUp(caller: AccountCaller, given: Body<'topup'>): Promise<AccountAnswer> {
    const value = 'off' in given ? 'off' : `below:${given.below},add:${given.add},month:${given.month}`;
    const set = await this.#set(caller.workspace, [`topup=${value}`]);
    if ('refused' in set) return refusal(400, set.refused);
    return { ...(await this.topUp(caller)), done: value };
  }

  async #set(workspace: string, settings: readonly string[]): Promise<CommandOutcome> {
    return await this.#command('workspace-set', { workspace, settings });
  }

  #shown(outcome: CommandOutcome): AccountAnswer {
    if ('refused' in outcome) return refusal(400, outcome.refused);
    // The keeper's command gives this.
    const { settings } = outcome.value as Shown;
    const shown = memberSettings.flatMap((name) => (name in settings ? [[name, settings[name]] as const] : []));
    return { status: 200, body: { data: { settings: Object.fromEntries(shown) } } };
  }
}
