import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { httpAddressFlaw, withoutTrailingSlash } from './address.ts';
import type { Config } from './config.ts';
import { ConfigProblem } from './config-problem.ts';
import type { Environment } from './environment.ts';
import { nearestName } from './nearest-name.ts';
import { trustedProxyList } from './trusted-proxies.ts';

export type ProcessSettings = Pick<
  Config,
  'port' | 'host' | 'dataDir' | 'databaseUrl' | 'publicUrl' | 'trustedProxies' | 'logLevel'
>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What belongs to the process rather than to the service: address, data directory, log. */
export function readProcessSettings(environment: Environment, cwd: string): ProcessSettings {
  refuseDatabase(environment);
  return {
    port: readPort(environment.read('PORT')),
    host: readHost(environment.read('HOST')),
    dataDir: resolve(cwd, environment.read('FAIRLEAD_DATA') ?? 'data'),
    databaseUrl: undefined,
    publicUrl: readPublicUrl(environment.read('FAIRLEAD_PUBLIC_URL')),
    trustedProxies: trustedProxyList(environment.read('TRUSTED_PROXIES')),
    logLevel: readLogLevel(environment.read('LOG_LEVEL')),
  };
}

function refuseDatabase(environment: Environment): void {
  for (const name of ['DATABASE_URL', 'DATABASE_URL_FILE']) {
    if (environment.read(name) === undefined) continue;
    throw new ConfigProblem(`environment: ${name} is set, and this version runs on SQLite only; remove ${name}.`);
  }
}

function readPort(written: string | undefined): number {
  if (written === undefined) return 8080;
  const port = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN;
  if (port <= 65_535) return port;
  throw new ConfigProblem('environment: PORT must be a whole number from 0 to 65535, where 0 takes a free port.');
}

function readHost(written: string | undefined): string {
  if (written === undefined) return '127.0.0.1';
  const name = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
  if (isIP(written) !== 0 || (name.test(written) && !/^[\d.]+$/.test(written))) return written;
  throw new ConfigProblem('environment: HOST must be an IP address or a host name, such as 127.0.0.1 or 0.0.0.0.');
}

function readPublicUrl(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const flaw = httpAddressFlaw(written);
  if (flaw !== undefined) throw new ConfigProblem(`environment: FAIRLEAD_PUBLIC_URL ${flaw}.`);
  return withoutTrailingSlash(written);
}

function readLogLevel(written: string | undefined): ProcessSettings['logLevel'] {
  const level = logLevels.find((known) => known === (written ?? 'info'));
  if (level) return level;
  const meant = nearestName(written ?? '', logLevels);
  const remedy = meant === undefined ? '' : `; did you mean "${meant}"?`;
  throw new ConfigProblem(`environment: LOG_LEVEL must be one of ${logLevels.join(', ')}${remedy || '.'}`);
}
