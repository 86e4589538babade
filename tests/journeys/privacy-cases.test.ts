// What people and authorities ask, and what went wrong: with clocks, once each, and nothing outside of a register.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { remindOfCases } from '#keeper/jobs/case-reminders.ts';
import { openStore } from '#store/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const broken = await startUpstream({ after }, ({ response }) => void response.writeHead(500).end());
const fairlead = await runFairlead(
  { after },
  {
    config: `
policy: { contact: privacy@harbour.example, jurisdiction: DE }
routing: { strategy: order }
upstreams:
  first: { base_url: "${broken.url}", type: self_hosted, models: { m: { as: two/m, price: free } } }
  second: { base_url: "${broken.url}/2", type: self_hosted, models: { m: { as: two/m, price: free } } }
`,
  },
);
const { url, key } = fairlead;
const post = (body: object) => call({ url, path: '/privacy/requests', body });
const jsonOf = async <Value>(path: string) =>
  JSON.parse((await call({ url, path, method: 'GET' })).body.toString()) as Value;

test('anybody may ask; the clocks run at once, and the id shows how it stands', async () => {
  const reply = await post({
    kind: 'access',
    contact: 'mark-person@example.org',
    text: 'mark-question',
    country: 'de',
  });
  assert.equal(reply.status, 201, reply.body.toString());
  const opened = JSON.parse(reply.body.toString()) as { id: string; due: string; clocks: Record<string, string> };
  assert.deepEqual(Object.keys(opened.clocks).sort(), ['gdpr', 'policy']);
  assert.equal(opened.due, Object.values(opened.clocks).sort()[0]);
  const status = await jsonOf<object>(`/privacy/requests/${opened.id}`);
  assert.deepEqual(status, {
    id: opened.id,
    kind: 'access',
    received: new Date().toISOString().slice(0, 10),
    due: opened.due,
    state: 'open',
    outcome: null,
  });
  assert.equal((await call({ url, path: '/privacy/requests/pcnobody', method: 'GET' })).status, 404);
  assert.equal((await post({ kind: 'riches', contact: 'x' })).status, 400);

  const [listed] = await fairlead.ask<readonly Record<string, unknown>[]>('privacy-request-list');
  assert.deepEqual([listed?.contact, listed?.text], ['mark-person@example.org', 'mark-question']);
  await fairlead.ask('case-close', { id: opened.id, outcome: 'answered' });
  const [closed] = await fairlead.ask<readonly Record<string, unknown>[]>('privacy-request-list');
  assert.deepEqual([closed?.contact, closed?.state, closed?.outcome], [null, 'closed', 'answered']);
  // What was written was sealed while it was open, and is gone.
  for (const name of readdirSync(fairlead.dataDir).filter((each) => /^main\.db/.test(each))) {
    assert.ok(!readFileSync(join(fairlead.dataDir, name)).includes('mark-'), name);
  }
});

test('one mail is one request', async () => {
  const mail = { kind: 'question', contact: 'a@b.example', message_id: '<1@mail.example>' };
  const [one, two] = [
    await fairlead.ask<{ id: string; is_new: boolean }>('privacy-request-open', mail),
    await fairlead.ask<{ id: string; is_new: boolean }>('privacy-request-open', mail),
  ];
  assert.deepEqual([one.is_new, two.is_new, two.id], [true, false, one.id]);
});

test('nothing is disclosed to an authority outside of an open entry, and the counts say how many there were', async () => {
  await assert.rejects(fairlead.ask('legal-request-disclose', { id: 'pc_made_up' }));
  const entry = {
    authority: 'Court of Harbour',
    basis: 'Act 1, 2/26',
    scope: 'usage of November',
    approver: 'counsel',
  };
  await assert.rejects(fairlead.ask('legal-request-open', { ...entry, approver: undefined }));
  const { id } = await fairlead.ask<{ id: string }>('legal-request-open', entry);
  const told = await fairlead.ask<Record<string, unknown>>('legal-request-disclose', { id });
  assert.equal(told.authority, 'Court of Harbour');
  await fairlead.ask('case-close', { id, outcome: 'answered' });
  await assert.rejects(fairlead.ask('legal-request-disclose', { id }));
  const { counts } = await jsonOf<{ counts: readonly { register: string; outcome: string | null; count: number }[] }>(
    '/legal/transparency.json',
  );
  assert.equal(counts.find(({ register, outcome }) => register === 'legal' && outcome === 'answered')?.count, 1);
});

test('an incident has 72 hours, and names every endpoint that was sent something of a workspace', async () => {
  await call({ url, key, body: ask('two/m') });
  const aware = '2026-11-28T10:00:00Z';
  const incident = await fairlead.ask<{ id: string; authority_by: string }>('incident-open', {
    summary: 'a drill',
    aware,
  });
  assert.equal(incident.authority_by, '2026-12-01T10:00:00.000Z');
  await eventually(async () => {
    const { endpoints } = await fairlead.ask<{ endpoints: readonly { endpoint: string }[] }>('incident-affected');
    assert.deepEqual(endpoints.map(({ endpoint }) => endpoint).sort(), ['two/m@first', 'two/m@second']);
  });
  await fairlead.ask('incident-note', { id: incident.id, authority_told: 'not needed: a drill' });
  const [row] = await fairlead.ask<readonly Record<string, unknown>[]>('incident-list');
  assert.equal(row?.authority_told, 'not needed: a drill');
});

test('the operator is told at 50, 75 and 90 percent and when the time is over, once each; a year after its end it is gone', async (t) => {
  const store = await openStore({ dataDir: temporaryFolder((last) => t.after(last)) });
  t.after(() => store.close());
  const base = {
    kind: 'access',
    country: null,
    workspace: null,
    facts: {},
    sealed: null,
    sealKey: null,
    message: null,
  };
  const { id } = await store.cases.open({ register: 'request', ...base, receivedAt: 0, dueAt: 1_000 });
  const told: string[] = [];
  const at = (now: number) =>
    remindOfCases({
      cases: store.cases,
      now: () => now,
      log: () => {},
      tell: ({ percent }) => void told.push(percent ?? ''),
    });
  for (const now of [100, 499, 500, 600, 760, 770, 899, 901, 999, 1_001, 1_002]) await at(now);
  assert.deepEqual(told, ['50', '75', '90', '100']);
  await store.cases.close(id, 'answered', 2_000);
  await at(2_000 + 364 * 86_400_000);
  assert.ok(await store.cases.find(id));
  await at(2_001 + 365 * 86_400_000);
  assert.equal(await store.cases.find(id), undefined);
});
