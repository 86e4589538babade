// The peers that run on Node: the upstream itself (as `direct`), our bare relay, Portkey.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Candidate, gatewayCore, loadCore } from './candidate.ts';
import { findFreePort, waitUntilListening } from './free-port.ts';
import type { Processes, Started } from './processes.ts';

const here = import.meta.dirname;

export async function startUpstream(processes: Processes): Promise<Candidate> {
  const args = [join(here, 'upstream.ts')];
  const started = processes.start({ name: 'upstream', file: process.execPath, args, core: loadCore });
  return candidateAt('direct', started, await portOf(started));
}

export async function startBareRelay(processes: Processes, upstream: Candidate): Promise<Candidate> {
  const args = [join(here, 'bare-relay.ts'), upstream.origin];
  const started = processes.start({ name: 'bare', file: process.execPath, args, core: gatewayCore });
  return candidateAt('bare', started, await portOf(started));
}

// Loopback is among the hosts that Portkey trusts as shipped; `TRUSTED_CUSTOM_HOSTS` would only narrow that.
export async function startPortkey(processes: Processes, upstream: Candidate): Promise<Candidate> {
  const server = join(here, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
  if (!existsSync(server)) throw new Error('left out, it is not installed; `npm ci --prefix bench` adds it');
  const port = await findFreePort();
  const args = [server, `--port=${port}`, '--headless'];
  const env = { NODE_ENV: 'production' };
  const started = processes.start({ name: 'portkey', file: process.execPath, args, core: gatewayCore, env });
  await waitUntilListening(port, 15_000);
  const headers = {
    authorization: 'Bearer sk-upstream',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream.origin}/v1`,
  };
  return { ...candidateAt('portkey', started, port), headers };
}

function candidateAt(name: Candidate['name'], started: Started, port: number): Candidate {
  const headers = { authorization: 'Bearer sk-caller' };
  return { name, pid: started.pid, origin: `http://127.0.0.1:${port}`, headers, modelPrefix: '', end: started.end };
}

async function portOf(started: Started): Promise<number> {
  const said: unknown = JSON.parse(await started.firstLine());
  if (said !== null && typeof said === 'object' && 'port' in said) return Number(said.port);
  throw new Error('it did not say its port');
}
