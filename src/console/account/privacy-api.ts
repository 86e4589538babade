import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { AccountCaller } from './find-caller.ts';

/** What a workspace accepts of the policy, and what it can show of how its data is handled. */
export class PrivacyApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  async acceptances({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return await this.#answer(503, 'policy-acceptances', { workspace });
  }

  async accept(caller: AccountCaller, { version }: Body<'policy-version'>): Promise<AccountAnswer> {
    const actor = caller.kind === 'key' ? caller.key : caller.signedIn.id;
    return await this.#answer(400, 'policy-accept', { workspace: caller.workspace, version, actor });
  }

  async evidence({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return await this.#answer(503, 'privacy-evidence', { workspace });
  }

  async #answer(status: number, name: string, args: object): Promise<AccountAnswer> {
    const outcome = await this.#command(name, args);
    return 'refused' in outcome ? refusal(status, outcome.refused) : { status: 200, body: { data: outcome.value } };
  }
}
