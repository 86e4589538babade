import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { SignedIn } from '../people/library-door.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';

/** Whose webhooks: a workspace's, whose addresses are judged as of strangers, or the operator's. */
export type WebhookOwner = { readonly workspace: string; readonly outside: true } | { readonly operator: true };

/** Addresses that are told of what happens, and operators who get letters about outages. */
export class WebhookApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  list(owner: WebhookOwner): Promise<AccountAnswer> {
    return this.#answer('webhook-list', owner);
  }

  add(owner: WebhookOwner, body: Body<'webhook'>): Promise<AccountAnswer> {
    return this.#answer('webhook-add', { ...body, ...owner }, 201);
  }

  change(owner: WebhookOwner, id: string, body: Body<'webhook-change'>): Promise<AccountAnswer> {
    return this.#answer('webhook-change', { ...body, ...owner, id });
  }

  remove(owner: WebhookOwner, id: string): Promise<AccountAnswer> {
    return this.#answer('webhook-remove', { ...owner, id });
  }

  rotate(owner: WebhookOwner, id: string): Promise<AccountAnswer> {
    return this.#answer('webhook-rotate', { ...owner, id });
  }

  test(owner: WebhookOwner, id: string): Promise<AccountAnswer> {
    return this.#answer('webhook-test', { ...owner, id });
  }

  deliveries(owner: WebhookOwner, id: string): Promise<AccountAnswer> {
    return this.#answer('webhook-deliveries', { ...owner, id });
  }

  again(owner: WebhookOwner, id: string, delivery: string): Promise<AccountAnswer> {
    return this.#answer('webhook-again', { ...owner, id, delivery });
  }

  wantsLetters({ person }: SignedIn): Promise<AccountAnswer> {
    return this.#answer('alert-reader-show', { person });
  }

  setLetters({ person }: SignedIn, { wants }: Body<'outage-letters'>): Promise<AccountAnswer> {
    return this.#answer('alert-reader-set', { person, wants });
  }

  async #answer(name: string, args: object, status = 200): Promise<AccountAnswer> {
    const outcome = await this.#command(name, args);
    return 'refused' in outcome ? refusal(400, outcome.refused) : { status, body: { data: outcome.value } };
  }
}
