import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#config/config.ts';
import { processConfig } from '#config/process-config.ts';
import { Refused } from '#keeper/commands/command.ts';
import type { AskKeeper } from '../keeper-client.ts';
import { callWithCanaries, drawCanaries } from './canary-calls.ts';
import { lookEverywhere } from './look-everywhere.ts';
import { formsOf } from './scan-bytes.ts';

export type VerifyPrivacyOptions = {
  /** Where it listens; otherwise as the configuration says. */
  readonly server?: string;
  /** Instead of the sandbox and its faults. */
  readonly model?: string;
  readonly workspace?: string;
  readonly requests: number;
  /** A file that its log goes to. */
  readonly log?: string;
};

const sandboxModels = ['sandbox/echo', 'sandbox/tool', 'sandbox/think'];
/** Records are posted, and sums are made, within two seconds of an answer. */
const settleMs = 3_000;
const answeredPart = 0.1;
/** Faults that stall are waited for so long. */
const sandboxMs = 4_000;
const modelMs = 60_000;

/**
 * What an operator runs against a live Fairlead: requests whose every place holds a token that nobody else ever wrote, good
 * ones and such that meet a fault; then a search for the tokens, in every form, wherever Fairlead keeps or tells something.
 * The result is entered into the log of promises, which is signed, and shown on /trust.
 */
export async function verifyPrivacy(options: VerifyPrivacyOptions, ask: AskKeeper) {
  const config = await processConfig();
  const url = options.server ?? addressOf(config);
  await mustBeUp(url);
  const isSandbox = options.model === undefined;
  const models = isSandbox ? sandboxModels : [options.model ?? ''];
  const faults = isSandbox ? await faultsAt(url) : [];
  const { stem, canaries } = drawCanaries();
  const key = await temporaryKey(options, ask);
  const { requests } = options;
  const patienceMs = isSandbox ? sandboxMs : modelMs;
  const made = await callWithCanaries({ url, key: key.secret, canaries, models, faults, requests, patienceMs }).finally(
    key.remove,
  );
  await sleep(settleMs);
  const found = await lookEverywhere({ config, url, ask, made, log: options.log, stem, canaries });
  const answered = made.outcomes['200'] ?? 0;
  if (answered < requests * answeredPart)
    throw new Refused(
      `Only ${answered} of ${requests} requests were answered, so this proves nothing: see that the workspace has credit, and the model answers.`,
    );
  const result = {
    ok: found.hits.length === 0,
    day: new Date().toISOString().slice(0, 10),
    version: versionHere(),
    requests,
    answered,
    surfaces: made.surfaces,
    faults: faults.length,
    tokens: Object.keys(canaries).length,
    forms: formsOf(stem).size,
    scanned: found.scanned,
    found: found.hits.length,
  };
  const entered = (await ask('privacy-check-enter', result)) as { readonly place: number };
  return { ...result, log_place: entered.place, hits: found.hits.slice(0, 100), outcomes: made.outcomes };
}

function addressOf({ port, host }: Config): string {
  if (port === 0) throw new Refused('PORT is 0 here: say where Fairlead listens with --server.');
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function mustBeUp(url: string): Promise<void> {
  const reply = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (reply?.status !== 200) throw new Refused(`No Fairlead is ready at ${url}: start it, or say where with --server.`);
}

/** Every fault that the sandbox can be asked for. */
async function faultsAt(url: string): Promise<readonly string[]> {
  const reply = await fetch(new URL('/simulator/modes', url), { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  if (reply?.status !== 200) throw new Refused('The sandbox is off here: say a model that may be asked with --model.');
  // A parser: the simulator of this release wrote it.
  const modes = (await reply.json()) as readonly { readonly mode: string }[];
  return modes.map(({ mode }) => `sandbox/fault-${mode.replace('<k>', '2')}`);
}

/** A key that lives for an hour, or until the last answer. */
async function temporaryKey({ workspace, requests }: VerifyPrivacyOptions, ask: AskKeeper) {
  const made = (await ask('key-create', {
    ...{ name: 'verify privacy', workspace, limit_requests: requests * 2 },
    expires: new Date(Date.now() + 3_600_000).toISOString(),
  })) as { readonly id: string; readonly key: string };
  return {
    secret: made.key,
    async remove() {
      await ask('key-delete', { id: made.id });
    },
  };
}

function versionHere(): string {
  // A parser: it is our own package's.
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
