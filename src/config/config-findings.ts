import { isThisMachine } from './address.ts';
import type { Config, UpstreamConfig } from './config.ts';

/** Something that holds and that an operator may not have meant. A configuration that cannot hold is a ConfigProblem. */
export type ConfigFinding = { readonly name: string; readonly says: string };

export function configFindings(config: Config): ConfigFinding[] {
  return [...serviceFindings(config), ...config.upstreams.flatMap(upstreamFindings)];
}

function serviceFindings(config: Config): ConfigFinding[] {
  const findings: ConfigFinding[] = [];
  if (config.upstreams.length === 0 && !config.sandbox) {
    findings.push({
      name: 'upstreams',
      says: 'No upstream and no sandbox: there is no model to call. Add one of them.',
    });
  }
  if (config.upstreams.length === 0 && config.sandbox) {
    findings.push({
      name: 'upstreams',
      says: 'Only the simulator answers. Set OPENAI_API_KEY, or add an upstream to the file.',
    });
  }
  if (config.policy.contact === undefined) {
    findings.push({
      name: 'policy.contact',
      says: 'The file does not say where people reach you. Set it, unless the set-up page was told: /healthz says degraded without it.',
    });
  }
  if (isOpen(config.host) && !config.publicUrl?.startsWith('https://')) {
    const says =
      'Every network of this machine can reach Fairlead without TLS. Put a proxy with TLS before it and set FAIRLEAD_PUBLIC_URL.';
    findings.push({ name: 'HOST', says });
  }
  return findings;
}

function isOpen(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function upstreamFindings(upstream: UpstreamConfig): ConfigFinding[] {
  const name = `upstreams.${upstream.name}`;
  const findings: ConfigFinding[] = [];
  if (!upstream.enabled) findings.push({ name: `${name}.enabled`, says: 'It is switched off: no request goes there.' });
  if (upstream.models.length === 0) findings.push({ name: `${name}.models`, says: 'It offers no model.' });
  if (upstream.type === 'unverified') {
    findings.push({
      name: `${name}.type`,
      says: 'Nobody said who runs its models. Set type, such as host or self_hosted.',
    });
  }
  const data = dataFinding(upstream);
  if (data) findings.push({ name: `${name}.data`, says: data });
  if (sendsKeyInClear(upstream)) {
    findings.push({
      name: `${name}.base_url`,
      says: 'The key goes there without TLS. Use https:// outside your own machine.',
    });
  }
  return findings;
}

function dataFinding({ name, data }: UpstreamConfig): string | undefined {
  if (data.trains === 'unknown') {
    return `Nobody said whether it trains on what it is sent: no request goes there. Set data.trains, or accept it: fairlead policy accept ${name}`;
  }
  if (data.trains)
    return `It trains on what it is sent: no request goes there. To accept that: fairlead policy accept ${name}`;
  return data.retentionDays === 'unknown'
    ? 'How long it keeps data is not known, and unknown never counts as good. Set data.retention_days.'
    : undefined;
}

function sendsKeyInClear({ apiKeys, cloudAccess, baseUrl }: UpstreamConfig): boolean {
  const hasKey = apiKeys.length > 0 || cloudAccess !== undefined;
  return hasKey && new URL(baseUrl).protocol === 'http:' && !isThisMachine(baseUrl);
}
