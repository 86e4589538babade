import { formatUsd } from '#core/money/nano.ts';
import type { LimitWarning, WarningStore } from '#store/limit-warnings.ts';
import type { OverrunStore } from '#store/overruns.ts';
import type { KeeperLog } from '../keeper-log.ts';

export type LimitDeskOptions = {
  readonly warnings: WarningStore;
  readonly overruns: Pick<OverrunStore, 'untold'>;
  readonly log: KeeperLog;
  now(): number;
  /** Undefined: nobody wants to be told. */
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
};

/** An allowance that somebody was refused for is looked at this often, not at each refusal. */
const againMs = 10_000;
const lookedMax = 10_000;

/** Tells people, once for each window and level, that a limit is nearly reached; and once that an endpoint was stopped for a workspace. */
export class LimitDesk {
  readonly #options: LimitDeskOptions;
  readonly #looked = new Map<string, number>();

  constructor(options: LimitDeskOptions) {
    this.#options = options;
  }

  /** Somebody is about to be refused for this allowance. */
  async short(allowance: string): Promise<void> {
    const now = this.#options.now();
    if ((this.#looked.get(allowance) ?? 0) > now - againMs) return;
    this.#looked.delete(allowance);
    this.#looked.set(allowance, now);
    if (this.#looked.size > lookedMax) {
      for (const oldest of this.#looked.keys()) {
        this.#looked.delete(oldest);
        break;
      }
    }
    await this.#options.warnings.look(allowance, now);
  }

  /** What is new, by any keeper of this store: one of them takes it. */
  async tellNews(): Promise<void> {
    for (const warning of await this.#options.warnings.untold()) {
      const { workspace, key, allowance, level } = warning;
      this.#options.log('limit-nearly-reached', { workspace, key, allowance, level });
      this.#options.tell?.(toAlert(warning));
    }
    for (const { workspace, endpoint, since } of await this.#options.overruns.untold()) {
      this.#options.log('endpoint-stopped', { workspace, endpoint });
      this.#options.tell?.({ event: 'endpoint-stopped', workspace, endpoint, at: new Date(since).toISOString() });
    }
  }
}

function toAlert(warning: LimitWarning): Readonly<Record<string, string>> {
  const { of, unit, used, limit } = warning;
  const amountOf = (value: bigint) => (unit === 'nano-usd' ? formatUsd(value) : String(value));
  return {
    event: 'limit-nearly-reached',
    of,
    workspace: warning.workspace,
    ...(warning.key === null ? {} : { key: warning.key }),
    ...(warning.model === null ? {} : { model: warning.model }),
    limit_id: warning.allowance,
    window: warning.window,
    level: String(warning.level),
    unit: unit === 'nano-usd' ? 'usd' : unit,
    used: amountOf(used),
    limit: amountOf(limit),
    at: new Date(warning.at).toISOString(),
  };
}
