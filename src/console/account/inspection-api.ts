import { Buffer } from 'node:buffer';
import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { SignedIn } from '../people/library-door.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { AccountCaller } from './find-caller.ts';

/** Inspection windows from both sides: the operator's two persons, and the workspace that is looked into. */
export class InspectionApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  /** What the workspace may see of windows on it. */
  ofWorkspace({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return this.#answer(503, 'inspection-list', { within: workspace });
  }

  async answer(caller: AccountCaller, id: string, { consents }: Body<'consent'>): Promise<AccountAnswer> {
    if (caller.kind !== 'person') return personsOnly;
    const args = { id, within: caller.workspace, by: caller.signedIn.person, consents };
    return { ...(await this.#answer(404, 'inspection-answer', args)), done: consents ? 'yes' : 'no' };
  }

  async stop(caller: AccountCaller, id: string): Promise<AccountAnswer> {
    if (caller.kind !== 'person') return personsOnly;
    return await this.#answer(404, 'inspection-close', { id, within: caller.workspace, by: caller.signedIn.person });
  }

  all(): Promise<AccountAnswer> {
    return this.#answer(503, 'inspection-list', {});
  }

  async propose({ person }: SignedIn, body: Body<'inspection'>): Promise<AccountAnswer> {
    const answered = await this.#answer(400, 'inspection-propose', { ...body, by: person });
    return answered.status === 200 ? { ...answered, status: 201 } : answered;
  }

  confirm({ person }: SignedIn, id: string): Promise<AccountAnswer> {
    return this.#answer(409, 'inspection-confirm', { id, by: person });
  }

  close({ person }: SignedIn, id: string): Promise<AccountAnswer> {
    return this.#answer(409, 'inspection-close', { id, by: person });
  }

  captures(id: string): Promise<AccountAnswer> {
    return this.#answer(404, 'inspection-captures', { id });
  }

  /** The only answer of this product that shows content to somebody else than its caller. */
  async look({ person }: SignedIn, id: string, capture: string): Promise<AccountAnswer> {
    const outcome = await this.#command('inspection-look', { id, capture, by: person });
    if ('refused' in outcome) return refusal(409, outcome.refused);
    // The keeper's command gives this.
    const { request, answer, ...facts } = outcome.value as { readonly request: string; readonly answer: string };
    const data = { ...facts, request: textOf(request), answer: textOf(answer) };
    return { status: 200, body: { data } };
  }

  async #answer(refused: number, name: string, args: object): Promise<AccountAnswer> {
    const outcome = await this.#command(name, args);
    return 'refused' in outcome ? refusal(refused, outcome.refused) : { status: 200, body: { data: outcome.value } };
  }
}

const personsOnly = refusal(403, 'Persons answer for a workspace here, and no key does: sign in.');

function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
