import type { RunCommand } from '../command-link.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { AccountCaller } from './find-caller.ts';

type Ask = Readonly<Record<string, string | undefined>>;

/** What the dashboard shows beyond OpenRouter's addresses. Programs may ask the same. */
export class ViewApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  /** The newest first; `before` goes on. */
  async generations({ workspace }: AccountCaller, { before, limit }: Ask): Promise<AccountAnswer> {
    return await this.#ask('generation-list', { workspace, before, limit: countOf(limit) });
  }

  /** Every cent and every step of one. */
  async explained({ workspace }: AccountCaller, id: string): Promise<AccountAnswer> {
    const answer = await this.#ask('generation-show', { generation: id, within: workspace });
    if (answer.status !== 400 && !('data' in answer.body && answer.body.data === null)) return answer;
    return refusal(404, 'There is no ended generation with this id here. One that ended shows within 2 seconds.');
  }

  async wallet({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return await this.#ask('wallet-show', { workspace });
  }

  async statement({ workspace }: AccountCaller, { before, limit }: Ask): Promise<AccountAnswer> {
    return await this.#ask('wallet-statement', { workspace, before: countOf(before), limit: countOf(limit) });
  }

  async limits({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return await this.#ask('limit-list', { workspace });
  }

  async #ask(name: string, args: object): Promise<AccountAnswer> {
    const outcome = await this.#command(name, args);
    if ('refused' in outcome) return refusal(400, outcome.refused);
    // The keeper's commands give objects and lists.
    return { status: 200, body: { data: outcome.value as object } };
  }
}

function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
