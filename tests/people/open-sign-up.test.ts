// Accounts for everybody, `people.sign_up: open`: strangers learn from no answer whether an address has one.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Browser, setUp } from '../journeys/browser.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';

const fairlead = await runFairlead({ after }, { config: 'people: { sign_up: open }\n' });
const owner = await setUp(fairlead);
const { url } = fairlead;
const password = 'a quiet lamp room';
const bo = 'bo@example.org';

/** What a sign-up answers: all of it but when it came and by which number, and how long it took. */
async function signUp(email: string, chosen = password) {
  const begun = performance.now();
  const { status, text, headers } = await new Browser(url).post('/api/auth/sign-up/email', {
    ...{ name: 'Bo', email, password: chosen },
  });
  const tookMs = performance.now() - begun;
  const { date, 'x-request-id': id, ...others } = headers;
  assert.ok(date !== undefined && id !== undefined);
  return { answer: { status, text, headers: others }, tookMs };
}

async function lettersTo(address: string): Promise<readonly { readonly id: string; readonly kind: string }[]> {
  const { data } = (await owner.visit('/api/v1/operator/outbox')).json<{
    data: { id: string; kind: string; to: string }[];
  }>();
  return data.filter(({ to }) => to === address);
}

async function signIn(email: string, chosen: string): Promise<number> {
  return (await new Browser(url).post('/api/auth/sign-in/email', { email, password: chosen })).status;
}

test('a sign-up with an address that is taken is answered as with a new one, after as long', async () => {
  const fresh = [await signUp(bo), await signUp('eve@example.org'), await signUp('kim@example.org')];

  const taken = [
    await signUp(bo, 'another lamp room'),
    await signUp('BO@example.org', 'another lamp room'),
    await signUp(bo),
  ];

  for (const { answer } of [...fresh, ...taken]) assert.deepEqual(answer, fresh[0]?.answer);
  assert.deepEqual([fresh[0]?.answer.status, fresh[0]?.answer.text], [200, '{"status":true}']);
  assert.equal(fresh[0]?.answer.headers['set-cookie'], undefined);
  const [freshMs, takenMs] = [fresh, taken].map((each) => Math.min(...each.map(({ tookMs }) => tookMs)));
  const times = `${freshMs} ms for a new address, ${takenMs} ms for one that is taken`;
  assert.ok(freshMs !== undefined && takenMs !== undefined && takenMs * 3 > freshMs && freshMs * 3 > takenMs, times);
  assert.deepEqual([await signIn(bo, 'another lamp room'), await signIn(bo, password)], [401, 200]);
});

test('a letter says that somebody tried, and how to sign in; whoever tries on fills no mailbox', async () => {
  await signUp(bo);

  const letters = await lettersTo(bo);
  assert.deepEqual(letters.map(({ kind }) => kind).toSorted(), ['taken', 'taken', 'taken', 'verify']);
  const id = letters.find(({ kind }) => kind === 'taken')?.id;
  const { text } = (await owner.post(`/api/v1/operator/outbox/${id}/read`)).json<{ data: { text: string } }>().data;
  assert.match(text, /wanted to make an account with this address, which has one/);
  assert.match(text, /https:\/\/ai\.example\.org\/console\/sign-in\n/);
});

test('two who make one account at the same moment are answered as one after the other', async () => {
  const both = await Promise.all([signUp('ann@example.org'), signUp('ann@example.org')]);

  assert.deepEqual(
    both.map(({ answer }) => [answer.status, answer.text]),
    Array(2).fill([200, '{"status":true}']),
  );
  assert.equal(await signIn('ann@example.org', password), 200);
});
