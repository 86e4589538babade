// Who cannot sign in: a letter to the address, then facts of the account, then by hand; never a document, and nothing of it stays.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ada, Browser, setUp } from '../journeys/browser.ts';
import { call } from '../journeys/caller.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;
const officer = await setUp(fairlead);
const desk = '/api/v1/operator/privacy/requests';

type Case = { readonly id: string; readonly identity?: string; readonly contact: string | null };

async function askAs(contact: string): Promise<string> {
  const reply = await call({ url, path: '/privacy/requests', body: { kind: 'access', contact, text: 'all of it' } });
  assert.equal(reply.status, 201, reply.body.toString());
  return (JSON.parse(reply.body.toString()) as { id: string }).id;
}

async function identityOf(id: string): Promise<string | undefined> {
  const { data } = (await officer.visit(desk)).json<{ data: Case[] }>();
  return data.find((each) => each.id === id)?.identity;
}

/** Where the letter's link leads; an operator reads it, since nobody sends letters here. */
async function sendLetter(id: string, to: string): Promise<string> {
  const sent = await officer.post(`${desk}/${id}/identity`, { step: 'letter' });
  assert.equal(sent.status, 200, sent.text);
  const { data } = (await officer.visit('/api/v1/operator/outbox')).json<{
    data: { id: string; kind: string; to: string }[];
  }>();
  const letter = data.find((each) => each.kind === 'identity' && each.to === to);
  const read = await officer.post(`/api/v1/operator/outbox/${letter?.id}/read`);
  return new URL(/https?:\/\/\S+/.exec(read.json<{ data: { text: string } }>().data.text)?.[0] ?? '').pathname;
}

const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();

test('a letter shows that the address is theirs, two facts that the account is; the answer says neither', async () => {
  const id = await askAs(ada.email);
  assert.equal(await identityOf(id), undefined);
  const path = await sendLetter(id, ada.email);
  assert.equal(await identityOf(id), 'asked');
  const browser = new Browser(url);

  assert.equal((await browser.visit(path)).status, 200);
  assert.equal(await identityOf(id), 'asked', 'a program that looks through mail opens every link');
  const confirmed = await browser.post(path, form({}));
  assert.equal(confirmed.status, 200, confirmed.text);
  assert.equal(await identityOf(id), 'letter');

  const wrong = await browser.post(path, form({ workspace: 'none such', month: '1999-01' }));
  assert.equal(await identityOf(id), 'letter');
  const right = await browser.post(path, form({ workspace: 'default', key_ending: key.slice(-4), month: '1999-01' }));
  assert.equal(wrong.text, right.text);
  assert.equal(await identityOf(id), 'letter-and-facts');

  assert.equal((await officer.post(`${desk}/${id}/close`, { outcome: 'answered' })).status, 200);
  assert.equal((await browser.post(path, form({}))).status, 410);
});

test('facts are guessed three times at most; another link opens nothing; who has no account is told the same', async () => {
  const to = 'stranger@example.org';
  const id = await askAs(to);
  const path = await sendLetter(id, to);
  const browser = new Browser(url);
  const other = await askAs('other@example.org');
  assert.equal((await browser.post(path.replace(id, other), form({}))).status, 410);
  assert.equal((await browser.post(`${path}x`, form({}))).status, 410);
  for (const expected of [200, 200, 200, 410]) {
    assert.equal((await browser.post(path, form({ workspace: 'default', month: '2026-11' }))).status, expected);
  }
  assert.equal(await identityOf(id), 'letter');
});

test('by hand one says how, in closed words; only the desk may, with proof; what showed it goes with the answer', async () => {
  const id = await askAs('by telephone, 555 0100');
  assert.equal((await officer.post(`${desk}/${id}/identity`, { step: 'letter' })).status, 409);
  assert.equal(
    (await officer.post(`${desk}/${id}/identity`, { step: 'by-hand', how: 'a copy of a passport' })).status,
    400,
  );
  assert.equal((await officer.post(`${desk}/${id}/identity`, { step: 'by-hand', how: 'telephone' })).status, 200);
  assert.equal(await identityOf(id), 'by-hand');
  assert.equal((await new Browser(url).post(`${desk}/${id}/identity`, { step: 'letter' })).status, 401);

  assert.equal((await officer.post(`${desk}/${id}/close`, { outcome: 'answered' })).status, 200);
  const { data } = (await officer.visit(desk)).json<{ data: Case[] }>();
  assert.equal(data.find((each) => each.id === id)?.contact, null);
  await assert.rejects(fairlead.ask('privacy-request-show', { id }));
});

test('tries at once are counted each: whoever guesses with many hands has three as well', async () => {
  const id = await askAs(ada.email);
  const path = await sendLetter(id, ada.email);
  const browser = new Browser(url);
  await browser.post(path, form({}));

  await Promise.all(Array.from({ length: 6 }, (_, month) => browser.post(path, form({ month: `1999-0${month + 1}` }))));
  const right = await browser.post(path, form({ workspace: 'default', key_ending: key.slice(-4) }));

  assert.equal(right.status, 410, right.text);
  assert.equal(await identityOf(id), 'letter');
});
