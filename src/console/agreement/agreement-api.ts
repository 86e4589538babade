import { type AccountAnswer, refusal } from '../account/account-answer.ts';
import type { AccountCaller } from '../account/find-caller.ts';
import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';

/** The agreement on processing: what a workspace accepted, and its owner's word. */
export class AgreementApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  async show({ workspace }: AccountCaller): Promise<AccountAnswer> {
    const outcome = await this.#command('agreement-list', { workspace });
    return 'refused' in outcome ? refusal(503, outcome.refused) : { status: 200, body: { data: outcome.value } };
  }

  async accept(caller: AccountCaller, body: Body<'agreement'>): Promise<AccountAnswer> {
    if (caller.kind === 'key') return refusal(403, 'A person accepts this, who owns the workspace.');
    const actor = caller.signedIn.id;
    const outcome = await this.#command('agreement-accept', { workspace: caller.workspace, ...body, actor });
    if ('refused' in outcome) return refusal(409, outcome.refused);
    return { status: 200, body: { data: outcome.value }, done: body.version };
  }
}
