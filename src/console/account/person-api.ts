import type { RunCommand } from '../command-link.ts';
import type { Me } from '../contract/me.ts';
import type { BrowserRequest, People } from '../people/people.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import { findMemberships } from './find-caller.ts';

/** What a person asks about itself, in whichever workspace. */
export class PersonApi {
  readonly #command: RunCommand;
  readonly #people: People;

  constructor(command: RunCommand, people: People) {
    this.#command = command;
    this.#people = people;
  }

  async me(browser: BrowserRequest): Promise<AccountAnswer & { readonly setCookies?: readonly string[] }> {
    const who = await this.#people.who(browser);
    if (who.kind !== 'signed-in')
      return refusal(401, 'Nobody is signed in here: POST /api/auth/sign-in/email signs in.');
    const { person: id, name, email, verified, setCookies } = who.signedIn;
    const memberships = await findMemberships(this.#command, id);
    if (!memberships) return refusal(503, 'Workspaces cannot be looked up just now. Try again shortly.');
    const { workspaces, operator_roles } = memberships;
    const body: Me = { person: { id, name, email, verified }, workspaces, operator_roles };
    return { status: 200, body, setCookies };
  }
}
