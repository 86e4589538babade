import { type Context, Hono } from 'hono';
import { type AccountAnswer, refusal } from '#console/account/account-answer.ts';
import type { Door } from '#console/account/door.ts';
import type { AccountCaller } from '#console/account/find-caller.ts';
import { readFields } from '#console/account/read-fields.ts';
import { type Body, readBody } from '#console/contract/bodies.ts';
import type { BodyName } from '#console/contract/body-names.ts';
import type { Route } from '#console/contract/route.ts';
import { type RouteName, routes } from '#console/contract/routes.ts';
import type { SignedIn } from '#console/people/library-door.ts';
import { askerOf, send } from './account-reply.ts';

/** Rows of the table of routes, each let in as its row says. */
export class Rows {
  readonly app = new Hono();
  readonly #door: Door;

  constructor(door: Door) {
    this.#door = door;
  }

  forAnybody(name: RouteName, answer: (context: Context) => Promise<AccountAnswer>): void {
    const { method, path } = routes[name];
    this.app.on(method, path, (context) => send(context, answer(context)));
  }

  forPerson(name: RouteName, answer: (me: SignedIn, context: Context) => Promise<AccountAnswer>): void {
    const { method, path } = routes[name];
    this.app.on(method, path, (context) =>
      send(
        context,
        this.#door.asPerson(askerOf(context), (me) => answer(me, context)),
      ),
    );
  }

  inWorkspace(name: RouteName, answer: (caller: AccountCaller, context: Context) => Promise<AccountAnswer>): void {
    const { method, path, needs }: Route = routes[name];
    if (typeof needs !== 'object' || !('workspace' in needs)) throw new Error(`the route ${name} is in no workspace`);
    this.app.on(method, path, (context) =>
      send(
        context,
        this.#door.as(askerOf(context), needs.workspace, (caller) => answer(caller, context)),
      ),
    );
  }

  /** Also for keys that operate. */
  forOperators(name: RouteName, answer: (context: Context) => Promise<AccountAnswer>): void {
    const { method, path, needs, byPerson }: Route = routes[name];
    if (typeof needs !== 'object' || !('operator' in needs) || byPerson) throw new Error(`${name} is for others`);
    this.app.on(method, path, (context) =>
      send(
        context,
        this.#door.asOperator(askerOf(context), needs.operator, () => answer(context)),
      ),
    );
  }

  forOperatorPersons(name: RouteName, answer: (context: Context, me: SignedIn) => Promise<AccountAnswer>): void {
    const { method, path, needs, byPerson }: Route = routes[name];
    if (typeof needs !== 'object' || !('operator' in needs) || !byPerson) throw new Error(`${name} is for others`);
    this.app.on(method, path, (context) =>
      send(
        context,
        this.#door.asOperatorPerson(askerOf(context), needs.operator, (me) => answer(context, me)),
      ),
    );
  }
}

export async function withBody<Name extends BodyName>(
  context: Context,
  name: Name,
  answer: (body: Body<Name>) => Promise<AccountAnswer>,
): Promise<AccountAnswer> {
  const read = readBody(name, readFields(await context.req.arrayBuffer()));
  return 'refused' in read ? refusal(400, read.refused) : await answer(read.body);
}
