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
  'port' | 'host' | 'dataDir' | 'databaseUrl' | 'pepper' | 'trustKey' | 'publicUrl' | 'trustedProxies' | 'logLevel'
>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What belongs to the process rather than to the service: address, data directory, log. */
export function readProcessSettings(environment: Environment, cwd: string): ProcessSettings {
  return {
    port: readPort(environment.read('PORT')),
    host: readHost(environment.read('HOST')),
    dataDir: resolve(cwd, environment.read('FAIRLEAD_DATA') ?? 'data'),
    databaseUrl: readDatabaseUrl(environment.readSecret('DATABASE_URL')),
    pepper: readBytes(environment.readSecret('FAIRLEAD_PEPPER'), { name: 'FAIRLEAD_PEPPER', file: 'pepper' }),
    trustKey: readBytes(environment.readSecret('FAIRLEAD_TRUST_KEY'), {
      name: 'FAIRLEAD_TRUST_KEY',
      file: 'trust-key',
    }),
    publicUrl: readPublicUrl(environment.read('FAIRLEAD_PUBLIC_URL')),
    trustedProxies: trustedProxyList(environment.read('TRUSTED_PROXIES')),
    logLevel: readLogLevel(environment.read('LOG_LEVEL')),
  };
}

/** Its text is a secret: what is wrong with it is told without it. */
function readDatabaseUrl(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isDatabase = url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1;
  if (isDatabase) return written;
  throw new ConfigProblem(
    'environment: DATABASE_URL must be an address such as postgres://user:password@host:5432/database; without it Fairlead keeps SQLite in the data directory.',
  );
}

/** 32 bytes in hex or base64. */
function readBytes(
  written: string | undefined,
  { name, file }: { readonly name: string; readonly file: string },
): string | undefined {
  if (written === undefined) return undefined;
  const bytes = /^[0-9a-f]{64}$/i.test(written) ? Buffer.from(written, 'hex') : Buffer.from(written, 'base64');
  if (bytes.length === 32 && /^[\w+/=-]+$/.test(written)) return bytes.toString('hex');
  throw new ConfigProblem(
    `environment: ${name} must be 32 bytes in hex or base64: take the content of secrets/${file}, as "xxd -p -c 32 data/secrets/${file}" shows it.`,
  );
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
