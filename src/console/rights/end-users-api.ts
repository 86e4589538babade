import type { AccountAnswer } from '../account/account-answer.ts';
import type { AccountCaller } from '../account/find-caller.ts';
import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import { dataOr } from './rights-api.ts';

/** What a workspace asks for its end users, and for itself as a whole. */
export class EndUsersApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  async list({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return dataOr(503, await this.#command('end-user-list', { workspace }));
  }

  async show({ workspace }: AccountCaller, { end_user }: Body<'end-user'>): Promise<AccountAnswer> {
    return dataOr(400, await this.#command('end-user-show', { workspace, end_user }));
  }

  async erase({ workspace }: AccountCaller, { end_user }: Body<'end-user'>): Promise<AccountAnswer> {
    return dataOr(400, await this.#command('end-user-erase', { workspace, end_user }));
  }

  async restrict({ workspace }: AccountCaller, { end_user, restricted }: Body<'end-user-restriction'>) {
    const name = restricted ? 'end-user-restrict' : 'end-user-lift';
    return dataOr(400, await this.#command(name, { workspace, end_user }));
  }

  async restrictions({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return dataOr(503, await this.#command('restriction-show', { kind: 'workspace', subject: workspace }));
  }

  async restrictWorkspace({ workspace }: AccountCaller, { restricted }: Body<'restriction'>): Promise<AccountAnswer> {
    const name = restricted ? 'restriction-set' : 'restriction-lift';
    return dataOr(400, await this.#command(name, { kind: 'workspace', subject: workspace }));
  }
}
