import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { Me } from '../contract/me.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import type { Site } from '../people/site.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import { findMemberships } from './find-caller.ts';

type PersonOptions = { readonly command: RunCommand; readonly people: People; now(): number };

/** What a person asks about itself, in whichever workspace. */
export class PersonApi {
  readonly #options: PersonOptions;

  constructor(options: PersonOptions) {
    this.#options = options;
  }

  async me({ person, id, name, email, verified, setCookies }: SignedIn): Promise<AccountAnswer> {
    const memberships = await findMemberships(this.#options.command, person);
    if (!memberships) return away;
    const { workspaces, operator_roles } = memberships;
    const body: Me = { person: { id, name, email, verified }, workspaces, operator_roles };
    return { status: 200, body, setCookies };
  }

  async rename(signedIn: SignedIn, { name }: Body<'me'>): Promise<AccountAnswer> {
    await (await this.#options.people.book()).rename(signedIn.person, name, this.#options.now());
    return await this.me({ ...signedIn, name });
  }

  async workspaces({ person }: SignedIn): Promise<AccountAnswer> {
    const memberships = await findMemberships(this.#options.command, person);
    return memberships ? { status: 200, body: { data: memberships.workspaces } } : away;
  }

  async prove(signedIn: SignedIn, site: Site | undefined, given: Body<'proof'>): Promise<AccountAnswer> {
    if ('passkey' in given) {
      if (!site || !(await this.#options.people.proveByPasskey(signedIn, site, given.passkey))) {
        return refusal(400, 'That is no passkey of yours.');
      }
      return { status: 200, body: { proved: true } };
    }
    switch (await this.#options.people.prove(signedIn, given.password)) {
      case 'proved':
        return { status: 200, body: { proved: true } };
      case 'wrong':
        return refusal(400, 'That is not your password.');
      case 'busy':
        return refusal(429, 'Too many wrong passwords, or too many people at once. Try again in some minutes.');
    }
  }

  async sessions({ person, session }: SignedIn): Promise<AccountAnswer> {
    const found = await (await this.#options.people.book()).sessionsOf(person, this.#options.now());
    const data = found.map(({ id, device, createdAt, usedAt }) => ({
      ...{ id, device, current: id === session },
      ...{ created_at: new Date(createdAt).toISOString(), used_at: new Date(usedAt).toISOString() },
    }));
    return { status: 200, body: { data } };
  }

  async endSession({ person }: SignedIn, id: string): Promise<AccountAnswer> {
    const ended = await (await this.#options.people.book()).endSessions(person, { only: id });
    return ended === 0 ? refusal(404, 'You have no such session.') : { status: 200, body: { ended } };
  }

  async endOthers({ person, session }: SignedIn): Promise<AccountAnswer> {
    const ended = await (await this.#options.people.book()).endSessions(person, { allBut: session });
    return { status: 200, body: { ended } };
  }
}

const away = refusal(503, 'Workspaces cannot be looked up just now. Try again shortly.');
