// wrk, closed loop: 32 connections that each send the next request when the answer has come.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Candidate, loadCore } from './candidate.ts';
import type { Processes } from './processes.ts';

export const jsonConnections = 32;
export type JsonLoad = { readonly done: number; readonly failed: number; readonly seconds: number };

type Options = { readonly wrk: string; readonly body: string; readonly seconds: number };

export async function loadJson(processes: Processes, candidate: Candidate, options: Options): Promise<JsonLoad> {
  const script = join(processes.folder, 'load.lua');
  writeFileSync(script, write(candidate, options.body));
  const url = `${candidate.origin}/v1/chat/completions`;
  const args = ['-t1', `-c${jsonConnections}`, `-d${options.seconds}s`, '--timeout', '10s', '-s', script, url];
  const command = { name: 'wrk', file: options.wrk, args, core: loadCore };
  const run = await processes.finish(command, (options.seconds + 15) * 1000);
  const found = /^load (\d+) (\d+) (\d+)$/m.exec(run.stdout);
  if (found === null) throw new Error(`wrk gave no figures: ${run.complaint}`);
  const failed = Number(found[2]);
  return { done: Number(found[1]) - failed, failed, seconds: Number(found[3]) / 1e6 };
}

// Without a `request` function wrk makes the request once and sends the same bytes again and again.
function write(candidate: Candidate, body: string): string {
  const headers = Object.entries({ 'content-type': 'application/json', ...candidate.headers });
  return `wrk.method = "POST"
${headers.map(([name, value]) => `wrk.headers[${quote(name)}] = ${quote(value)}`).join('\n')}
wrk.body = ${quote(body)}
done = function(summary)
  local e = summary.errors
  io.write(string.format("load %d %d %d\\n", summary.requests, e.connect + e.read + e.write + e.status + e.timeout, summary.duration))
end
`;
}

// Lua understands JSON's escapes of plain English text.
function quote(text: string): string {
  return JSON.stringify(text);
}
