// Every address for people and their programs, tried with everybody: the table of routes says who may.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AccountApi } from '#console/account/account-api.ts';
import { AuditApi } from '#console/account/audit-api.ts';
import { Door } from '#console/account/door.ts';
import { IdentityApi } from '#console/account/identity-api.ts';
import { OperatorApi } from '#console/account/operator-api.ts';
import { PersonApi } from '#console/account/person-api.ts';
import { SupportApi } from '#console/account/support-api.ts';
import { TeamApi } from '#console/account/team-api.ts';
import { WorkspaceApi } from '#console/account/workspace-api.ts';
import { can, canOperate, type OperatorRole, permissions, type Role, roles } from '#console/contract/permissions.ts';
import type { Needs, Route } from '#console/contract/route.ts';
import { routes } from '#console/contract/routes.ts';
import { BackingWallets } from '#console/identity/backing-wallets.ts';
import { LeakDesk } from '#console/leaks/leak-desk.ts';
import { EvidenceShelf } from '#console/legal/evidence-shelf.ts';
import { MailApi } from '#console/news/mail-api.ts';
import { People } from '#console/people/people.ts';
import { PostOffice } from '#console/people/post-office.ts';
import { CopiesApi } from '#console/rights/copies-api.ts';
import { DeskApi } from '#console/rights/desk-api.ts';
import { EndUsersApi } from '#console/rights/end-users-api.ts';
import { RightsApi } from '#console/rights/rights-api.ts';
import { peopleApp } from '#http/people/serve-people.ts';
import { Browser, confirm, type Page, setUp } from './browser.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const owner = await setUp(fairlead);
const { url, ask } = fairlead;
const me = (await owner.visit('/api/v1/me')).json<{ workspaces: { id: string }[] }>();
const workspace = me.workspaces[0]?.id ?? '';
const { id: elsewhere } = await ask<{ id: string }>('workspace-create', { name: 'elsewhere' });
const { key: manager } = await ask<{ key: string }>('key-create', { role: 'management' });
const { key: foreignManager } = await ask<{ key: string }>('key-create', { role: 'management', workspace: elsewhere });

const members = new Map<Role, Browser>([['owner', owner]]);
for (const role of roles) if (role !== 'owner') members.set(role, await join(role));

/** Somebody who was invited, made an account and became a member. */
async function join(role: Role): Promise<Browser> {
  const email = `${role}@example.org`;
  const invited = await owner.post('/api/v1/invitations', { email, role });
  assert.equal(invited.status, 201, invited.text);
  const { link } = invited.json<{ data: { link: string } }>().data;
  const invitation = link.split('/').at(-1) ?? '';
  const browser = new Browser(url);
  const made = await browser.post('/api/auth/sign-up/email', {
    name: role,
    email,
    password: 'a quiet harbour',
    invitation,
  });
  assert.equal(made.status, 200, made.text);
  const accepted = await browser.post('/api/v1/invitations/accept', { token: invitation });
  assert.equal(accepted.status, 200, accepted.text);
  return browser;
}

const table = Object.entries(routes) as readonly [name: string, route: Route][];

function pathOf({ path }: Route): string {
  return path.replace(/:number\{.*\}$/, '1.pdf').replace(/:\w+/g, 'none-such');
}

/** What it is asked with changes nothing, whoever may: no such thing, or no body. */
function visitAs(browser: Browser, route: Route, headers: Readonly<Record<string, string>>): Promise<Page> {
  const { method } = route;
  return browser.visit(pathOf(route), { method, headers, ...(method === 'GET' ? {} : { body: {} }) });
}

function workspaceNeed(needs: Needs) {
  return typeof needs === 'object' && 'workspace' in needs ? needs.workspace : undefined;
}

test('every address has its row in the table, and every row an address', () => {
  const listed = app().routes.filter(({ method, path }) => method !== 'ALL' && /^\/(api\/v1|v1)\//.test(path));

  const served = [...new Set(listed.map(({ method, path }) => `${method} ${path.replace(/(.)\/$/, '$1')}`))].sort();

  assert.deepEqual(served, table.map(([, { method, path }]) => `${method} ${path}`).sort());
});

test('whatever else changes something is signing in, the set-up, signed by the payment provider, a count of looks, a request about privacy, or the end of news by mail', () => {
  const others = app().routes.filter(
    ({ method, path }) => method !== 'GET' && method !== 'ALL' && !/^\/(api\/v1|v1)\//.test(path),
  );

  assert.deepEqual([...new Set(others.map(({ method, path }) => `${method} ${path}`))].sort(), [
    'OPTIONS /api/send',
    'POST /address/:token',
    'POST /api/auth/*',
    'POST /api/send',
    'POST /enter/:token',
    'POST /invitation/:token',
    'POST /news/stop/:token',
    'POST /privacy/identity/:link',
    'POST /privacy/requests',
    'POST /reset/:token',
    'POST /setup/:token',
    'POST /verify/:token',
    'POST /webhooks/stripe',
  ]);
});

test('/openapi.json has every row of the table, with the body that it takes', async () => {
  const page = (await new Browser(url).visit('/openapi.json')).json<OpenApi>();

  const operations = Object.values(page.paths).flatMap((methods) => Object.values(methods));
  assert.deepEqual(operations.map(({ operationId }) => operationId).sort(), Object.keys(routes).sort());
  const invitation = page.paths['/api/v1/invitations']?.post?.requestBody?.content['application/json'].schema;
  assert.deepEqual(invitation?.required, ['email', 'role']);
});

type OpenApi = {
  readonly paths: Record<
    string,
    Record<
      string,
      { operationId: string; requestBody?: { content: { 'application/json': { schema: { required: string[] } } } } }
    >
  >;
};

for (const role of roles) {
  test(`${role}: may what the permission table says, and nothing else`, async () => {
    const browser = members.get(role);
    assert.ok(browser);
    for (const [name, route] of table) {
      const permission = workspaceNeed(route.needs);
      if (permission === undefined) continue;
      const { status, text } = await visitAs(browser, route, { 'x-fairlead-workspace': workspace });
      const isLetIn = status !== 401 && status !== 403;
      // Others are taken out by those who may change members alone; everybody may leave.
      const expected = name === 'member-remove' ? can(role, 'members.change') : can(role, permission);
      assert.equal(isLetIn, expected, `${name}: ${status} ${text}`);
      assert.ok(status < 500 || name === 'checkout', `${name}: ${status} ${text}`);
    }
  });
}

test('operators: each may what the table of their roles says; a member who is none, nothing', async () => {
  const held = new Map<Role, readonly OperatorRole[]>([
    ['owner', ['operator']],
    ['viewer', []],
  ]);
  for (const [member, role] of [
    ['admin', 'support'],
    ['developer', 'finance'],
    ['billing', 'privacy'],
  ] as const) {
    await confirm(owner, `${member}@example.org`);
    const granted = await owner.post('/api/v1/operator/roles', { email: `${member}@example.org`, role });
    assert.equal(granted.status, 200, granted.text);
    held.set(member, [role]);
  }
  for (const [member, operating] of held) {
    const browser = members.get(member);
    assert.ok(browser);
    for (const [name, route] of table) {
      if (typeof route.needs !== 'object' || !('operator' in route.needs)) continue;
      const { status, text } = await visitAs(browser, route, {});
      assert.equal(
        status !== 401 && status !== 403,
        canOperate(operating, route.needs.operator),
        `${name} ${member}: ${status} ${text}`,
      );
      assert.ok(status < 500, `${name}: ${status} ${text}`);
    }
  }
});

test('keys: a management key may what its row says, an ordinary one what is for every key, a wrong one nothing', async () => {
  const nobody = new Browser(url);
  for (const [name, route] of table) {
    const permission = workspaceNeed(route.needs);
    if (permission === undefined) continue;
    const allowed: readonly string[] = permissions[permission];
    for (const [key, kind] of [
      [manager, 'management'],
      [fairlead.key, 'inference'],
      [`${manager.slice(0, -1)}${manager.endsWith('0') ? '1' : '0'}`, 'none'],
    ] as const) {
      const { status } = await visitAs(nobody, route, { authorization: `Bearer ${key}` });
      assert.equal(status !== 401 && status !== 403, allowed.includes(kind), `${name} with ${kind}: ${status}`);
    }
  }
});

test('who is no member, not signed in, or comes from a page of another site, is refused everywhere', async () => {
  const nobody = new Browser(url);
  const forged = new Browser(url);
  for (const [name, route] of table) {
    if (route.needs === 'anybody') continue;
    assert.equal((await visitAs(nobody, route, {})).status, 401, name);
    const cookie = 'fairlead.session_token=forged.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D';
    assert.equal((await visitAs(forged, route, { cookie })).status, 401, name);
    if (route.method !== 'GET') {
      const { status } = await visitAs(owner, route, {
        'sec-fetch-site': 'cross-site',
        'x-fairlead-workspace': workspace,
      });
      assert.equal(status, 403, name);
    }
    if (workspaceNeed(route.needs) !== undefined) {
      assert.equal((await visitAs(owner, route, { 'x-fairlead-workspace': elsewhere })).status, 403, name);
    }
  }
});

test("a key sees and changes nothing of another workspace's", async () => {
  const nobody = new Browser(url);
  const mine = (await owner.visit('/api/v1/keys')).json<{ data: { hash: string }[] }>().data[0]?.hash ?? '';
  const theirs = { authorization: `Bearer ${foreignManager}` };
  for (const [method, path] of [
    ['GET', `/api/v1/keys/${mine}`],
    ['PATCH', `/api/v1/keys/${mine}`],
    ['DELETE', `/api/v1/keys/${mine}`],
    ['POST', `/api/v1/keys/${mine}/rotate`],
  ] as const) {
    const { status } = await nobody.visit(path, { method, headers: theirs, ...(method === 'GET' ? {} : { body: {} }) });
    assert.equal(status, 404, `${method} ${path}`);
  }
});

/** The addresses alone: nothing behind them is asked. */
function app() {
  const command = async () => ({ refused: 'nobody is there' });
  const now = () => 0;
  const publicUrl = async () => undefined;
  const post = new PostOffice({ smtp: undefined, now });
  const pepper = new Uint8Array(32);
  const shared = { command, pepper, now, keyPrefix: 'sk-fl-' };
  const people = new People({
    ...shared,
    ...{
      dataDir: '/nowhere',
      databaseUrl: undefined,
      publicUrl,
      signUp: 'open',
      invited: publicUrl,
      policyVersion: publicUrl,
      post,
    },
  });
  const door = new Door({ ...shared, people });
  const backing = new BackingWallets({
    ...{ rule: undefined, command, now, signIns: people.entrances.signIns },
    store: () => people.store(),
  });
  const team = {
    ...{ door, person: new PersonApi({ command, people, now }), audit: new AuditApi(command) },
    operator: new OperatorApi({ command, people, post, backing }),
    identity: new IdentityApi({ command, people, post, publicUrl }),
    workspace: new WorkspaceApi(command, backing),
    support: new SupportApi({ command, people, post, now }),
    team: new TeamApi({ command, people, door }),
    rights: new RightsApi({ command, people, door, now }),
    copies: new CopiesApi({ command, people, door, now }),
    desk: new DeskApi({ command, people }),
    endUsers: new EndUsersApi(command),
    leaks: new LeakDesk({
      ...shared,
      door,
      book: () => people.book(),
      post,
      publicUrl: async () => '',
      github: undefined,
    }),
    mail: new MailApi({ command, letters: () => people.letters }),
  };
  const evidence = new EvidenceShelf('/nowhere', now);
  return peopleApp({ command, account: new AccountApi({ ...shared, door }), people, team, evidence, configSchema: {} });
}
