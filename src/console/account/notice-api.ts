import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { SignedIn } from '../people/library-door.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { AccountCaller } from './find-caller.ts';

/** What people are told of policy and sub-processors, and what their workspace decides. */
export class NoticeApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  /** A person's own; to a key, what everybody is told. */
  async notices(caller: AccountCaller): Promise<AccountAnswer> {
    if (caller.kind === 'key') return await this.#answer(503, 'notice-list', {});
    const { workspace, signedIn } = caller;
    return await this.#answer(503, 'notice-list-of', { workspace, person: signedIn.person });
  }

  async see({ person }: SignedIn, { notice }: Body<'notice-seen'>): Promise<AccountAnswer> {
    return await this.#answer(400, 'notice-see', { notice, person });
  }

  async subProcessors({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return await this.#answer(503, 'sub-processor-list', { workspace });
  }

  async decide({ workspace }: AccountCaller, upstream: string, body: Body<'sub-processor'>): Promise<AccountAnswer> {
    return await this.#answer(400, 'sub-processor-decide', { workspace, upstream, decision: body.decision });
  }

  async #answer(status: number, name: string, args: object): Promise<AccountAnswer> {
    const outcome = await this.#command(name, args);
    return 'refused' in outcome ? refusal(status, outcome.refused) : { status: 200, body: { data: outcome.value } };
  }
}
