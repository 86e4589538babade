import { processSecret } from '#config/process-config.ts';
import { Refused } from '#keeper/commands/command.ts';
import type { AskKeeper } from '../keeper-client.ts';
import { remoteCommands } from './remote-commands.ts';

export type Call = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
};

/** One call of the account API; gives what stood in the answer, or throws its sentence. */
export type CallServer = (call: Call) => Promise<Readonly<Record<string, unknown>>>;

const answerMs = 60_000;
const keyName = 'FAIRLEAD_KEY';
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The same commands at a Fairlead elsewhere, as far as its account API goes, by a key of the environment or a file. */
export function askRemote(server: string): AskKeeper {
  const call = callServer(server);
  return async (name, args) => {
    const command = remoteCommands[name];
    if (!command) throw new Refused('This command works where Fairlead runs alone: run it there, without --server.');
    return await command(typeof args === 'object' && args !== null ? { ...args } : {}, call);
  };
}

function callServer(server: string): CallServer {
  const base = addressOf(server);
  const key = processSecret(keyName);
  if (key === undefined) {
    throw new Refused(
      `Set ${keyName} to a management key of that Fairlead, or ${keyName}_FILE to a file that holds one.`,
    );
  }
  return async ({ method = 'GET', path, body }) => {
    const reply = await fetch(new URL(path, base), {
      method,
      // A key goes to the server that was named, and nowhere that it points at.
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => undefined);
    if (!reply) throw new Refused(`${base.origin} does not answer.`);
    const value: unknown = await reply.json().catch(() => undefined);
    if (!reply.ok) throw new Refused(sentenceIn(value) ?? `${base.origin} answered with ${reply.status}.`);
    if (typeof value !== 'object' || value === null) throw new Refused(`${base.origin} is no Fairlead.`);
    return { ...value };
  };
}

function addressOf(server: string): URL {
  const base = URL.parse(server);
  if (!base || !/^https?:$/.test(base.protocol)) {
    throw new Refused('Say --server as an address, as in https://ai.example.org.');
  }
  if (base.protocol === 'http:' && !loopback.test(base.hostname)) {
    throw new Refused('Say --server with https: over plain HTTP everybody on the way could read the key.');
  }
  return base;
}

function sentenceIn(value: unknown): string | undefined {
  const error = typeof value === 'object' && value !== null && 'error' in value ? value.error : undefined;
  const said = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof said === 'string' ? said : undefined;
}
