// An inspection from both sides: two persons of the operator, the workspace that is looked into, and everybody else.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ada, Browser, confirm, type Page, setUp } from './browser.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, { config: 'inspection: { allowed: true, abuse_delay_hours: 1 }\n' });
const { url, key } = fairlead;
const first = await setUp(fairlead);
const second = await operatorToo('second@example.org', 'privacy');
const third = await operatorToo('third@example.org', 'operator');
const { id: otherWorkspace } = await fairlead.ask<{ id: string }>('workspace-create', { name: 'other' });
await fairlead.ask('wallet-credit', { workspace: 'other', usd: '1' });
const { key: otherKey } = await fairlead.ask<{ key: string }>('key-create', { workspace: 'other' });
const workspace = (await first.visit('/api/v1/me')).json<{ workspaces: { id: string }[] }>().workspaces[0]?.id ?? '';
const operate = '/api/v1/operator/inspections';
const debug = { workspace: 'default', reason: 'debug', ticket: 'HELP-1', minutes: 60, requests: 2 };

/** Another person with a role of the operator's. */
async function operatorToo(email: string, role: string): Promise<Browser> {
  const invited = await first.post('/api/v1/invitations', { email, role: 'viewer' });
  const invitation = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1) ?? '';
  const browser = new Browser(url);
  await browser.post('/api/auth/sign-up/email', { name: email, email, password: 'a quiet harbour', invitation });
  await browser.post('/api/v1/invitations/accept', { token: invitation });
  await confirm(first, email);
  const granted = await first.post('/api/v1/operator/roles', { email, role });
  assert.equal(granted.status, 200, granted.text);
  return browser;
}

type Window = {
  readonly id: string;
  readonly state: string;
  readonly captured: number;
  readonly confirmed_by: string | null;
  readonly reason: string;
  readonly ticket: string;
  readonly in_log: string;
  readonly looks: readonly { readonly by: string }[];
  readonly captures: readonly { readonly id: string; readonly generation: string }[];
};

const windowIn = (page: Page) => page.json<{ data: Window }>().data;
const asWorkspace = async () =>
  (await first.visit('/api/v1/inspections')).json<{ data: { windows: readonly Window[] } }>().data.windows;
const says = (text: string, asKey = key) =>
  call({ url, key: asKey, body: { ...ask('sandbox/echo'), messages: [{ role: 'user', content: text }] } });
const inWindow = async (id: string) => windowIn(await first.visit(`${operate}/${id}`));

test('nobody looks where the operator did not allow it, nor where the workspace forbids it', async (t) => {
  const plain = await runFairlead(t);
  const alone = await setUp(plain);
  const off = await alone.post(operate, debug);
  assert.equal(off.status, 400);
  assert.match(off.text, /are off here/);

  await setting('forbid');
  const forbidden = await first.post(operate, debug);
  assert.equal(forbidden.status, 400);
  assert.match(forbidden.text, /forbids/);
});

test('two persons open a window on a workspace that is content to be told; both sides see it, and it ends', async () => {
  await setting('tell');
  assert.equal((await says('before the window mark-early')).status, 200);
  const proposed = await first.post(operate, debug);
  assert.equal(proposed.status, 201, proposed.text);
  const { id } = windowIn(proposed);
  assert.equal((await first.post(`${operate}/${id}/confirm`)).status, 409, 'the same person');
  assert.deepEqual(await asWorkspace(), []);
  const opened = await second.post(`${operate}/${id}/confirm`);
  assert.equal(windowIn(opened).state, 'open', opened.text);
  await sleep(1_000);

  // Told at once: who, why, when.
  const [seen] = await asWorkspace();
  assert.deepEqual([seen?.id, seen?.reason, seen?.ticket, seen?.looks.length], [id, 'debug', 'HELP-1', 0]);
  const mine = await says('inside the window mark-inside');
  assert.equal((await says('elsewhere mark-elsewhere', otherKey)).status, 200);
  await eventually(async () => assert.equal((await inWindow(id)).captured, 1));
  const [captured] = (await inWindow(id)).captures;
  assert.equal(captured?.generation, mine.headers['x-generation-id']);

  const address = `${operate}/${id}/captures/${captured?.id}`;
  assert.equal((await third.post(address)).status, 409, 'a third person');
  const looked = await second.post(address);
  assert.equal(looked.status, 200, looked.text);
  const shown = looked.json<{ data: { request: string; answer: string } }>().data;
  assert.match(shown.request, /inside the window mark-inside/);
  assert.equal(shown.answer, mine.body.toString());
  const [told] = await asWorkspace();
  assert.deepEqual(
    told?.looks.map(({ by }) => by),
    [told?.confirmed_by],
  );

  // The last request that it may have ends it, for gateways too.
  await says('the second mark-second');
  await eventually(async () => assert.equal((await inWindow(id)).state, 'closed'));
  await says('after the window mark-after');
  await sleep(300);
  const over = await inWindow(id);
  assert.deepEqual([over.captured, over.captures.length], [2, 2]);
});

test('what an end user sends who wants nothing done with it is refused, and not sealed either', async () => {
  const { id } = windowIn(await first.post(operate, debug));
  assert.equal(windowIn(await second.post(`${operate}/${id}/confirm`)).state, 'open');
  await fairlead.ask('end-user-restrict', { workspace, end_user: 'lena' });
  await sleep(1_000);
  const user = { ...ask('sandbox/echo'), user: 'lena' };

  assert.equal((await call({ url, key, body: user })).status, 403);
  const other = await says('from somebody else');

  await eventually(async () => assert.ok((await inWindow(id)).captured > 0));
  const { captures } = await inWindow(id);
  assert.deepEqual(
    captures.map(({ generation }) => generation),
    [other.headers['x-generation-id']],
  );
  await first.post(`${operate}/${id}/close`);
  await fairlead.ask('end-user-lift', { workspace, end_user: 'lena' });
});

test('a stream is sealed as its caller got it, and closing a window ends it for gateways within a second', async () => {
  const id = await open();
  const streamed = await call({
    url,
    key,
    body: { model: 'sandbox/story', stream: true, messages: [{ role: 'user', content: 'mark-stream' }] },
  });
  await eventually(async () => assert.equal((await inWindow(id)).captured, 1));
  const [captured] = (await inWindow(id)).captures;
  const looked = await first.post(`${operate}/${id}/captures/${captured?.id}`);
  assert.equal(looked.json<{ data: { answer: string } }>().data.answer, streamed.body.toString());

  // The workspace itself ends it.
  assert.equal((await first.post(`/api/v1/inspections/${id}/stop`)).status, 200);
  await sleep(1_000);
  await says('mark-late');
  await sleep(300);
  assert.equal((await inWindow(id)).captured, 1);
});

test('a workspace that wants to be asked is asked before: nothing is sealed until a person of it consents', async () => {
  await setting('ask');
  const { id } = windowIn(await first.post(operate, debug));
  assert.equal(windowIn(await second.post(`${operate}/${id}/confirm`)).state, 'asked');
  await says('mark-unanswered');
  assert.equal((await asWorkspace())[0]?.state, 'asked');
  assert.equal((await inWindow(id)).captured, 0);
  const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { role: 'management' });
  const byKey = await call({ url, key: manager, path: `/api/v1/inspections/${id}/answer`, body: { consents: true } });
  assert.equal(byKey.status, 403);
  const consented = await first.post(`/api/v1/inspections/${id}/answer`, { consents: true });
  assert.equal(windowIn(consented).state, 'open', consented.text);
  await first.post(`${operate}/${id}/close`);

  const { id: refused } = windowIn(await first.post(operate, debug));
  await second.post(`${operate}/${refused}/confirm`);
  assert.equal(
    windowIn(await first.post(`/api/v1/inspections/${refused}/answer`, { consents: false })).state,
    'refused',
  );
});

test('the public log has every step and nobody in it; no content stands in any file or line', async () => {
  const page = await call({ url, path: '/log/entries', method: 'GET' });
  const entries = JSON.parse(page.body.toString()) as { kind: string; subject: string; body: { event: string } }[];
  const inspections = entries.filter(({ kind }) => kind === 'inspection');
  const [first_] = await asWorkspace();
  assert.ok(inspections.length >= 7, `${inspections.length}`);
  for (const event of ['opened', 'looked', 'closed']) assert.ok(inspections.some(({ body }) => body.event === event));
  const said = JSON.stringify(inspections);
  for (const name of [workspace, otherWorkspace, ada.email, ada.name, 'HELP-1', 'default'])
    assert.ok(!said.includes(name), name);
  assert.match(first_?.in_log ?? '', /^wp_/);

  assert.equal(await fairlead.stop(), 0);
  const files = readdirSync(fairlead.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    assert.ok(
      !/mark-(early|inside|elsewhere|second|after|stream|late|unanswered)/.test(readFileSync(path, 'latin1')),
      path,
    );
  }
  assert.doesNotMatch(fairlead.stderr(), /mark-/);
});

async function setting(value: string): Promise<void> {
  await fairlead.ask('workspace-set', { workspace: 'default', settings: [`inspection=${value}`] });
}

async function open(): Promise<string> {
  await setting('tell');
  const { id } = windowIn(await first.post(operate, { ...debug, requests: 20 }));
  assert.equal(windowIn(await second.post(`${operate}/${id}/confirm`)).state, 'open');
  await sleep(1_000);
  return id;
}
