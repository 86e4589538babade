// `fairlead doctor`: what keeps this Fairlead from working well, one line each, with what to do.
import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#config/config.ts';
import { processConfig } from '#config/process-config.ts';
import { oldSoonDays } from '#core/routing/data-handling.ts';
import { reachHttp, reachPort } from '#outgoing/reach.ts';
import type { AskKeeper } from '../keeper-client.ts';
import { sentenceOf } from '../sentence-of.ts';
import { type Finding, fine, warn, wrong } from './finding.ts';

const reachMs = 4_000;
const clockMsMax = 30_000;
const freeBytesMin = 1_073_741_824;
const backupMsMax = 8 * 86_400_000;

type Listed = {
  readonly name: string;
  readonly enabled: boolean;
  readonly overruled: boolean;
  readonly address: string | null;
  readonly endpoints_out: readonly string[];
};
type Disclosed = { readonly id: string; readonly refused: string | null };
type Written = { readonly at: number; readonly action: string; readonly outcome: string };

/** @param ask the keeper that runs here, or the store that is opened for it. */
export async function lookAround(ask: AskKeeper): Promise<readonly Finding[]> {
  let config: Config;
  try {
    config = await processConfig();
  } catch (thrown) {
    return [wrong('configuration', sentenceOf(thrown))];
  }
  const keeper = await lookAtKeeper(ask);
  if (keeper.state === 'wrong') return [keeper, ...lookAtDisk(config)];
  const upstreams = await lookAtUpstreams(config, ask);
  return [
    fine('configuration', config.file ?? 'there is no file; defaults and the environment hold.'),
    keeper,
    ...lookAtDisk(config),
    ...upstreams,
    ...(await lookAtDataPolicies(ask)),
    ...(await lookAtOldPolicies(ask)),
    ...(await lookAtMail(config)),
    lookAtAddress(config),
    await lookAtBooks(ask),
    await lookAtBackups(ask),
  ];
}

/** Without it nothing else can be asked. */
async function lookAtKeeper(ask: AskKeeper): Promise<Finding> {
  try {
    const instances = (await ask('instance-list', {})) as readonly { readonly state: string }[];
    const serving = instances.filter(({ state }) => state === 'alive').length;
    return serving === 0
      ? warn('gateways', 'None serves now: "fairlead start" does.')
      : fine('gateways', `${serving} ${serving === 1 ? 'serves' : 'serve'}.`);
  } catch (thrown) {
    return wrong('store', sentenceOf(thrown));
  }
}

function lookAtDisk({ dataDir, databaseUrl }: Config): readonly Finding[] {
  try {
    const { bavail, bsize, blocks } = statfsSync(dataDir);
    const free = Number(bavail) * Number(bsize);
    const share = Math.round((Number(bavail) / Number(blocks)) * 100);
    const says = `${(free / 1_073_741_824).toFixed(1)} GiB are free (${share} %) for ${dataDir}`;
    const room =
      free < freeBytesMin ? wrong('disk', `${says}: make room, the journal needs it.`) : fine('disk', `${says}.`);
    return [room, lookAtSecrets(dataDir), ...(databaseUrl === undefined ? [] : [fine('database', 'PostgreSQL.')])];
  } catch {
    return [wrong('disk', `${dataDir} cannot be looked at: start Fairlead once, or set FAIRLEAD_DATA.`)];
  }
}

/** Whoever reads the pepper can make keys of this store. */
function lookAtSecrets(dataDir: string): Finding {
  const folder = join(dataDir, 'secrets');
  try {
    const isOpen = (statSync(folder).mode & 0o077) !== 0;
    return isOpen
      ? wrong('secrets', `Others may read ${folder}: chmod -R go= ${folder}.`)
      : fine('secrets', 'Only their owner reads them.');
  } catch {
    return warn('secrets', `There is no ${folder} yet: it is made at the first start, or given by the environment.`);
  }
}

async function lookAtUpstreams({ upstreams }: Config, ask: AskKeeper): Promise<readonly Finding[]> {
  const listed = (await ask('upstream-list', {})) as readonly Listed[];
  const configured = new Map(upstreams.map(({ name, baseUrl }) => [name, baseUrl]));
  const asked = listed.filter(({ enabled, overruled, name }) => enabled && !overruled && name !== 'sandbox');
  if (asked.length === 0)
    return [warn('upstreams', 'There is none but the sandbox: "fairlead upstream add" adds one.')];
  const looked = await Promise.all(
    asked.map(async ({ name, address, endpoints_out: out }) => {
      const url = configured.get(name) ?? address ?? '';
      const reached = await reachHttp(url, reachMs);
      return { name, out, origin: new URL(url).origin, ...reached };
    }),
  );
  const findings = looked.map(({ name, out, origin, answers }) => {
    if (!answers) return wrong(`upstream ${name}`, `${origin} does not answer: check the network, or its address.`);
    if (out.length > 0)
      return warn(`upstream ${name}`, `${out.join(', ')} out: "fairlead upstream test ${name}" says why.`);
    return fine(`upstream ${name}`, `${origin} answers.`);
  });
  return [...findings, lookAtClock(looked.flatMap(({ clockAheadMs }) => clockAheadMs ?? []))];
}

/** The clock of most others: one alone may be wrong itself. */
function lookAtClock(ahead: readonly number[]): Finding {
  const middle = ahead.toSorted((a, b) => a - b)[Math.floor(ahead.length / 2)];
  if (middle === undefined) return warn('clock', 'No upstream told the time, so that it was compared with nothing.');
  const seconds = Math.round(Math.abs(middle) / 1_000);
  return Math.abs(middle) > clockMsMax
    ? wrong('clock', `It is ${seconds} s ${middle > 0 ? 'behind' : 'ahead'}: limits and receipts go by it. Use NTP.`)
    : fine('clock', `Within ${Math.max(1, seconds)} s of the upstreams'.`);
}

async function lookAtDataPolicies(ask: AskKeeper): Promise<readonly Finding[]> {
  const disclosed = (await ask('endpoint-disclosures', {})) as readonly Disclosed[];
  const refused = disclosed.filter((each) => each.refused !== null).map(({ id }) => id);
  if (refused.length === 0) return [fine('data policies', 'Known, or accepted, of every endpoint.')];
  const shown = refused.slice(0, 5).join(', ');
  const says = `No request goes to ${shown}${refused.length > 5 ? ` and ${refused.length - 5} others` : ''}`;
  return [
    warn('data policies', `${says}: what they do with data is not known any more, or is no. "fairlead policy list".`),
  ];
}

/** What was read of an upstream counts for 90 days; then no request goes there until it was read again. */
async function lookAtOldPolicies(ask: AskKeeper): Promise<readonly Finding[]> {
  const read = (await ask('link-list', {})) as readonly {
    upstream: string;
    checked: string;
    days_left: number | null;
  }[];
  return read.flatMap(({ upstream, checked, days_left: left }) => {
    if (left === null || left > oldSoonDays) return [];
    const remedy = `Read its statement again and write data.checked, update Fairlead, or "fairlead policy accept ${upstream}".`;
    const check = `data policy of ${upstream}`;
    return left < 0
      ? [wrong(check, `It was read on ${checked} and counts as unknown now: no request goes there. ${remedy}`)]
      : [
          warn(
            check,
            `It was read on ${checked} and counts for ${left} more days; then no request goes there. ${remedy}`,
          ),
        ];
  });
}

async function lookAtMail({ mail }: Config): Promise<readonly Finding[]> {
  if (!mail) return [warn('mail', 'No server is named: letters stay in the outbox of Operate. Set "mail".')];
  const { hostname, port, protocol } = new URL(mail.url);
  const answers = await reachPort(hostname, Number(port || (protocol === 'smtps:' ? 465 : 587)), reachMs);
  return [answers ? fine('mail', `${hostname} answers.`) : wrong('mail', `${hostname} does not answer: letters wait.`)];
}

function lookAtAddress({ publicUrl, host }: Config): Finding {
  const isOwn = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (publicUrl === undefined) {
    return isOwn
      ? fine('address', 'This machine alone reaches it.')
      : warn('address', 'FAIRLEAD_PUBLIC_URL is not set: links in letters may lead nowhere.');
  }
  return publicUrl.startsWith('https://') || /\/\/(localhost|127\.)/.test(publicUrl)
    ? fine('address', publicUrl)
    : wrong('address', `People cannot sign in at ${publicUrl}: it needs https.`);
}

async function lookAtBooks(ask: AskKeeper): Promise<Finding> {
  const last = (await ask('ledger-reconciliation-show', {})) as { readonly ok: boolean; readonly at: string } | null;
  if (!last)
    return warn('books', 'They were not looked at yet: each night at 02:00 UTC they are. "fairlead ledger check".');
  return last.ok
    ? fine('books', `Right at ${last.at}.`)
    : wrong('books', `Wrong at ${last.at}: "fairlead ledger check".`);
}

async function lookAtBackups(ask: AskKeeper): Promise<Finding> {
  const entries = (await ask('audit-list', { scope: 'operator', limit: 500 })) as readonly Written[];
  const last = entries.find(({ action, outcome }) => action === 'backup' && outcome === 'done');
  if (!last) return warn('backups', 'None was made by "fairlead backup" lately: see docs/operate/backup.md.');
  const day = new Date(last.at).toISOString().slice(0, 10);
  return Date.now() - last.at > backupMsMax
    ? warn('backups', `The last one is of ${day}: make another, and keep it elsewhere.`)
    : fine('backups', `The last one is of ${day}.`);
}

export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'wrong');
}
