// throw-away: openrouter rows against the simulator, /api/v1 -> /v1
import { createServer, request } from 'node:http';
import { SimulatorProcess } from '/work/main/tests/clients/grid/simulator-process.ts';
import { Recorder } from '/work/main/tests/clients/grid/recorder.ts';
import { Cell } from '/work/main/tests/clients/grid/cell.ts';
import { answers } from '/work/main/tests/clients/grid/features/answers.ts';
import { tools } from '/work/main/tests/clients/grid/features/tools.ts';
import { troubles } from '/work/main/tests/clients/grid/features/troubles.ts';
import { openrouterRows } from '/work/main/tests/clients/sdks/openrouter.ts';
import { aiSdkRows } from '/work/main/tests/clients/sdks/ai-sdk.ts';
await using simulator = await SimulatorProcess.start();
const origin = new URL(simulator.url);
const proxy = createServer((a, b) => {
  const up = request({ host: origin.hostname, port: origin.port, method: a.method, path: a.url.replace('/api/v1', '/v1'), headers: a.headers }, (r) => { b.writeHead(r.statusCode, r.headers); r.pipe(b); });
  up.on('error', () => b.destroy()); b.on('close', () => up.destroy());
  a.pipe(up);
});
await new Promise((r) => proxy.listen(0, r));
const url = `http://127.0.0.1:${proxy.address().port}`;
const upstream = await Recorder.open(simulator.url);
const stage = { simulator: { url, served: (...a) => simulator.served(...a) }, upstream, fairlead: undefined };
const column = { name: 'x', dialect: undefined, model: (n) => `sandbox/${n}` };
let n = 0;
for (const row of [...aiSdkRows.filter((r) => r.servedAt), ...openrouterRows]) {
  n += 1;
  for (const f of [...answers, ...tools, ...troubles]) {
    if (f.needsFairlead || (f.need && row.lacks[f.need])) continue;
    const cell = await Cell.open({ row, rowNumber: n, column, stage });
    try { await Promise.race([f.run(cell), new Promise((_, j) => setTimeout(() => j(new Error('late')), 8000))]); console.log('ok', row.name, f.name); }
    catch (e) { console.log('FAIL', row.name, f.name, String(e.stack ?? e).slice(0, 600), '\n   ', cell.asked.map((x) => `${x.path} ${x.status} ${x.request.slice(0,300)} => ${x.reply.slice(0, 300)}`).join('\n    ')); }
    await cell[Symbol.asyncDispose]();
  }
}
process.exit(0);
