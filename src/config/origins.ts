import type { Origins } from './config.ts';
import type { ConfigSource } from './config-source.ts';
import type { Environment } from './environment.ts';
import type { Offer } from './offer.ts';

const processVariables = [
  'PORT',
  'HOST',
  'FAIRLEAD_CONFIG',
  'FAIRLEAD_DATA',
  'DATABASE_URL',
  'DATABASE_URL_FILE',
  'FAIRLEAD_PEPPER',
  'FAIRLEAD_PEPPER_FILE',
  'FAIRLEAD_TRUST_KEY',
  'FAIRLEAD_TRUST_KEY_FILE',
  'FAIRLEAD_PUBLIC_URL',
  'TRUSTED_PROXIES',
  'LOG_LEVEL',
] as const;

/** Of these not even the text around a reference is kept. */
const credentialName =
  /\.(?:api_keys?(?:\[\d+\])?|access_key_id|secret_access_key|session_token|service_account|secret_key|webhook_secret)$/;

/** Where each setting comes from that somebody set; what is not here is a default. */
export function originsOf(at: {
  readonly source: ConfigSource;
  readonly offers: readonly Offer[];
  readonly environment: Environment;
}): Origins {
  const origins: Record<string, Origins[string]> = {};
  for (const { name, line, text, refers } of at.source.settings.values()) {
    origins[name] = {
      from: `${at.source.name}, line ${line}`,
      written: refers && !credentialName.test(name) ? text : undefined,
    };
  }
  for (const variable of processVariables) {
    if (at.environment.read(variable) === undefined) continue;
    origins[variable.replace(/_FILE$/, '')] = { from: 'environment', written: undefined };
  }
  for (const { variable, upstream } of at.offers) {
    if (variable === undefined) continue;
    const set = at.environment.read(variable) === undefined ? `${variable}_FILE` : variable;
    origins[`upstreams.${upstream.name}.api_key`] = { from: `environment ${set}`, written: undefined };
  }
  return origins;
}
