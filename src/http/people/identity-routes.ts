import type { Context, Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { IdentityApi } from '#console/account/identity-api.ts';
import type { PersonApi } from '#console/account/person-api.ts';
import type { People } from '#console/people/people.ts';
import { browserOf } from './account-reply.ts';
import { Rows, withBody } from './rows.ts';

export type IdentityRoutes = {
  readonly door: Door;
  readonly person: PersonApi;
  readonly identity: IdentityApi;
};

/** Addresses by which people change how they sign in, and prove who they are. */
export function identityRoutes({ door, person, identity }: IdentityRoutes, people: People): Hono {
  const rows = new Rows(door);
  const siteOf = (context: Context) => people.siteOf(browserOf(context));
  const idIn = (context: Context) => context.req.param('id') ?? '';
  rows.forPerson('prove', (me, context) =>
    withBody(context, 'proof', async (body) => person.prove(me, await siteOf(context), body)),
  );
  rows.forPerson('prove-begin', async (me, context) => identity.beginProof(me, await siteOf(context)));
  rows.forPerson('passkey-list', (me) => identity.passkeys(me));
  rows.forPerson('passkey-begin', async (me, context) => identity.beginPasskey(me, await siteOf(context)));
  rows.forPerson('passkey-add', (me, context) =>
    withBody(context, 'passkey', async (body) => identity.addPasskey(me, await siteOf(context), body)),
  );
  rows.forPerson('passkey-rename', (me, context) =>
    withBody(context, 'passkey-name', (body) => identity.renamePasskey(me, idIn(context), body)),
  );
  rows.forPerson('passkey-remove', (me, context) => identity.removePasskey(me, idIn(context)));
  rows.forPerson('sign-in-list', (me) => identity.signIns(me));
  rows.forPerson('sign-in-elsewhere', (me, context) =>
    withBody(context, 'sign-in-elsewhere', async (body) => identity.addElsewhere(me, await siteOf(context), body)),
  );
  rows.forPerson('sign-in-wallet-begin', (_, context) =>
    withBody(context, 'wallet-begin', async (body) => identity.beginWallet(await siteOf(context), body)),
  );
  rows.forPerson('sign-in-wallet', (me, context) =>
    withBody(context, 'wallet', async (body) => identity.addWallet(me, await siteOf(context), body)),
  );
  rows.forPerson('sign-in-remove', (me, context) => identity.removeSignIn(me, idIn(context)));
  rows.forPerson('address-show', (me) => identity.pendingAddress(me));
  rows.forPerson('address-change', (me, context) =>
    withBody(context, 'address', (body) => identity.changeAddress(me, body)),
  );
  rows.forPerson('address-cancel', (me) => identity.cancelAddress(me));
  rows.forPerson('own-audit', (me, context) => identity.audit(me, context.req.query()));
  return rows.app;
}
