import { after, test } from 'node:test';
import { startSimulator, faultModes } from '#simulator/simulator.ts';
import { call, generationOf } from './caller.ts';
import { runFairlead, toNano } from './running-fairlead.ts';
const simulator = await startSimulator({ port: 0, timeScale: 1000 });
after(() => simulator.close());
const modes = faultModes.map(({ mode }) => mode.replace('<k>', '3'));
const config = `deadlines: { divide_by: 100 }\nupstreams:\n  u:\n    base_url: ${simulator.url}\n    api_key: k\n    protocols: [openai-chat]\n    models:\n${modes.map((m) => `      sandbox/fault-${m}: { as: f/${m}, price: { input: 1, output: 2 } }`).join('\n')}\n`;
const fairlead = await runFairlead({ after }, { config });
await fairlead.ask('wallet-credit', { usd: '100.00' });
test('sweep', async () => {
  for (const [path, more] of [['embeddings', {}], ['completions', { max_tokens: 12 }], ['completions', { max_tokens: 12, stream: true }], ['rerank', {}], ['moderations', {}]] as const) {
    const rows = new Map<string, string[]>();
    for (let i = 0; i < modes.length; i += 6) await Promise.all(modes.slice(i, i + 6).map(async (m) => {
      const reply = await call({ url: fairlead.url, key: fairlead.key, path: `/v1/${path}`, body: { model: `f/${m}`, input: 'one two', prompt: 'one two', query: 'one', documents: ['two'], ...more } });
      const rec = await fairlead.explain(generationOf(reply)).catch(() => undefined);
      if (rec && toNano(rec.charge_usd) > toNano(rec.hold_usd)) console.log('OVER', m);
      const k = `${reply.status}${/"internal"/.test(reply.body.toString()) ? '!!INTERNAL' : ''}${/"error"/.test(reply.body.toString()) && reply.status === 200 ? ' in-band' : ''}/${rec?.end_reason}/${rec?.usage_source}/${rec?.charge_usd.replace(/^0\.0+/, '')}${(rec as any)?.disputed ? ' disputed' : ''}`;
      rows.set(k, [...(rows.get(k) ?? []), m]);
    }));
    console.log(path, JSON.stringify(more));
    for (const [k, v] of rows) console.log('   ', k, ':', v.sort().join(' '));
  }
  const l = fairlead.stderr().split('\n').filter((x) => /crash/.test(x)); console.log('crashes', l.slice(0, 5));
  console.log(await fairlead.ask('ledger-check'));
});
