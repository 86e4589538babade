import { agreesToAll } from '#core/privacy/notices/sub-processors.ts';
import { askOwnGateway, type GatewayAnswer } from '#outgoing/own-gateway.ts';
import type { Store } from '#store/store.ts';
import { makeKey } from '../secrets/key-material.ts';

/** The key of probes lives this long: one that was left behind dies by itself. */
const keyMs = 3_600_000;
/** Below this much the wallet of probes is filled, so that no test fails for want of a cent. */
const creditLow = 100_000_000n;
const credit = 1_000_000_000n;
const atOnceMax = 4;
const timeoutMs = 25_000;
const settingName = 'probe.workspace';
const workspaceName = 'Probes of upstreams';

type ProbeOptions = {
  readonly store: Pick<Store, 'accounts'>;
  readonly keyPrefix: string;
  readonly pepper: Uint8Array;
  now(): number;
  randomBytes(count: number): Uint8Array;
  /** Where this tree's gateways serve callers. */
  url(): string | undefined;
};

/**
 * Asks endpoints as a caller does, through our own gateway, with a key of a workspace of its own: filter, admission, metering and
 * receipts are those of everybody, and the operator pays.
 */
export class Probe {
  readonly #options: ProbeOptions;
  #key: { readonly key: string; readonly until: number } | undefined;
  #open = 0;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** Why nothing can be asked now. */
  get hindrance(): string | undefined {
    if (this.#options.url() === undefined) {
      return 'No gateway serves callers here: set FAIRLEAD_PUBLIC_URL, or test where one runs.';
    }
    return this.#open >= atOnceMax ? 'Other tests are under way. Try again shortly.' : undefined;
  }

  /** @param model with the endpoint's upstream, as in `openai/gpt-5-mini@openai`. */
  async ask(model: string): Promise<GatewayAnswer> {
    this.#open += 1;
    try {
      const key = await this.#currentKey();
      return await askOwnGateway({ url: this.#options.url() ?? '', key, model, timeoutMs });
    } finally {
      this.#open -= 1;
    }
  }

  async #currentKey(): Promise<string> {
    const { store, now, keyPrefix, pepper, randomBytes } = this.#options;
    const workspace = await this.#workspace();
    const wallet = await store.accounts.wallet(workspace);
    if (wallet && wallet.balance < creditLow) {
      await store.accounts.credit({ workspace, amount: credit, source: 'probe', now: now() });
    }
    if (this.#key && this.#key.until > now() + timeoutMs) return this.#key.key;
    const { key, hash, hint } = makeKey(keyPrefix, randomBytes(32), pepper);
    const limits = { limitNano: null, limitRequests: null, reset: 'never', tags: [], role: 'inference' } as const;
    const until = now() + keyMs;
    await store.accounts.createKey({ ...limits, name: 'probe', workspace, hash, hint, expiresAt: until, now: now() });
    this.#key = { key, until };
    return key;
  }

  async #workspace(): Promise<string> {
    const { accounts } = this.#options.store;
    const known = await accounts.setting(settingName);
    if (known !== undefined) return known;
    const now = this.#options.now();
    for (const name of [workspaceName, `${workspaceName} ${now}`]) {
      const made = await accounts.createWorkspace({ name, creditNano: 0n, now });
      if (made === 'taken') continue;
      // New upstreams are tested before they serve customers.
      const agreed = { name: 'sub_processors', value: agreesToAll };
      await accounts.setOwnerSettings({ kind: 'workspace', id: made.id }, [agreed], now);
      // Another keeper may have been faster: then its workspace is the one.
      return await accounts.claimSetting(settingName, made.id, now);
    }
    throw new Error('a workspace of probes cannot be made');
  }
}
