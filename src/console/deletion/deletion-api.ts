import { type AccountAnswer, refusal } from '../account/account-answer.ts';
import type { AccountCaller } from '../account/find-caller.ts';
import type { CommandOutcome, RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import { toDelete } from '../people/person-to-delete.ts';

type Open = { readonly id: string };

/** Closing the own account, deleting a workspace: asked for, shown, taken back. The keeper does it. */
export class DeletionApi {
  readonly #command: RunCommand;
  readonly #people: People;

  constructor({ command, people }: { readonly command: RunCommand; readonly people: People }) {
    this.#command = command;
    this.#people = people;
  }

  async preview({ person }: SignedIn): Promise<AccountAnswer> {
    return dataOr(503, await this.#command('erasure-preview-show', { person }));
  }

  async show({ person }: SignedIn): Promise<AccountAnswer> {
    return dataOr(503, await this.#command('erasure-show', { kind: 'person', subject: person }));
  }

  /** All other sessions end; this one stays, so that its person sees what it asked for. */
  async open({ person, id, email, session }: SignedIn, { workspaces = [] }: Body<'deletion'>): Promise<AccountAnswer> {
    const who = toDelete({ key: person, id, email }, this.#people.letters);
    const opened = await this.#command('erasure-open', { ...who, workspaces, by: id });
    if ('refused' in opened) return refusal(409, opened.refused);
    await (await this.#people.book()).endSessions(person, { allBut: session });
    // The keeper's command gives this.
    return { status: 201, body: { data: opened.value as Open }, done: (opened.value as Open).id };
  }

  async cancel({ person }: SignedIn): Promise<AccountAnswer> {
    return await this.#cancelOpen({ kind: 'person', subject: person });
  }

  async status(id: string): Promise<AccountAnswer> {
    const shown = await this.#command('erasure-show', { id });
    if (!('refused' in shown) && shown.value === null) return refusal(404, 'There is no such deletion.');
    return dataOr(503, shown);
  }

  async previewWorkspace({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return dataOr(503, await this.#command('erasure-preview-show', { workspace }));
  }

  async showWorkspace({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return dataOr(503, await this.#command('erasure-show', { kind: 'workspace', subject: workspace }));
  }

  async openWorkspace(caller: AccountCaller): Promise<AccountAnswer> {
    const by = caller.kind === 'key' ? caller.key : caller.signedIn.id;
    const opened = await this.#command('erasure-open', { workspace: caller.workspace, by });
    if ('refused' in opened) return refusal(409, opened.refused);
    // The keeper's command gives this.
    return { status: 201, body: { data: opened.value as Open }, done: (opened.value as Open).id };
  }

  async cancelWorkspace({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return await this.#cancelOpen({ kind: 'workspace', subject: workspace });
  }

  async #cancelOpen(of: { readonly kind: string; readonly subject: string }): Promise<AccountAnswer> {
    const shown = await this.#command('erasure-show', of);
    if ('refused' in shown) return refusal(503, shown.refused);
    // The keeper's command gives this, or null.
    const open = shown.value as Open | null;
    if (open === null) return refusal(404, 'There is no deletion to take back.');
    return dataOr(409, await this.#command('erasure-cancel', { id: open.id }));
  }
}

function dataOr(status: number, outcome: CommandOutcome): AccountAnswer {
  return 'refused' in outcome ? refusal(status, outcome.refused) : { status: 200, body: { data: outcome.value } };
}
