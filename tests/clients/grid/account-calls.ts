// What OpenRouter's own SDK asks about keys, money, generations, models and providers: its types are the judge of every field.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenRouter } from '@openrouter/sdk';

type Door = { readonly url: string; readonly key: string; readonly managementKey: string };
type Check = readonly [name: string, run: () => Promise<void>];

const model = 'sandbox/echo';
const postedMs = 3_000;

export function accountChecks({ url, key, managementKey }: Door): readonly Check[] {
  const serverURL = `${url}/api/v1`;
  const caller = new OpenRouter({ serverURL, apiKey: key });
  const manager = new OpenRouter({ serverURL, apiKey: managementKey });
  const named = (what: string, run: () => Promise<void>): Check => [`openrouter 1: ${what}`, run];
  return [
    named('the key itself', async () => {
      const { data } = await caller.apiKeys.getCurrentKeyMetadata();
      assert.equal(data.isManagementKey, false);
      assert.equal(data.rateLimit.requests, -1);
      assert.ok(data.usage >= 0 && data.usageDaily <= data.usageMonthly);
    }),
    named('keys are made, listed, changed, shown and deleted', () => manageKeys(manager)),
    named('credits', async () => {
      const { data } = await caller.credits.getCredits();
      assert.ok(data.totalCredits > 0 && data.totalUsage >= 0);
    }),
    named('a generation, and the activity of its day', async () => {
      const messages = [{ role: 'user' as const, content: 'one two three' }];
      const answer = await caller.chat.send({ chatRequest: { model, messages, stream: false } });
      assert.ok('id' in answer);
      await sleep(postedMs);
      const { data } = await caller.generations.getGeneration({ id: answer.id });
      assert.deepEqual([data.id, data.model, data.finishReason], [answer.id, model, 'stop']);
      const activity = await manager.analytics.getUserActivity();
      const row = activity.data.find((each) => each.model === model);
      assert.ok(row && row.requests >= 1 && row.promptTokens > 0);
    }),
    named('models', async () => {
      const ids: string[] = [];
      for await (const page of await caller.models.list()) ids.push(...page.result.data.map(({ id }) => id));
      assert.ok(ids.includes(model));
    }),
    named('endpoints of a model', async () => {
      const { data } = await caller.endpoints.list({ author: 'sandbox', slug: 'echo' });
      assert.equal(data.id, model);
      assert.ok(data.endpoints.length > 0);
    }),
    named('endpoints without retention', async () => {
      const { data } = await caller.endpoints.listZdrEndpoints();
      assert.ok(data.length > 0);
    }),
    named('providers', async () => {
      const { data } = await caller.providers.list();
      assert.ok(data.some(({ slug }) => slug === 'sandbox'));
    }),
  ];
}

async function manageKeys({ apiKeys }: OpenRouter): Promise<void> {
  const made = await apiKeys.create({ requestBody: { name: 'from the SDK', limit: 2.5, limitReset: 'monthly' } });
  const { hash } = made.data;
  assert.match(made.key, /^sk-fl-/);
  const hashes: string[] = [];
  for (const each of (await apiKeys.list({})).data) hashes.push(each.hash);
  assert.ok(hashes.includes(hash));
  const changed = await apiKeys.update({ hash, requestBody: { name: 'renamed', disabled: true } });
  assert.deepEqual([changed.data.name, changed.data.disabled, changed.data.limit], ['renamed', true, 2.5]);
  assert.equal((await apiKeys.get({ hash })).data.name, 'renamed');
  assert.equal((await apiKeys.delete({ hash })).deleted, true);
}
