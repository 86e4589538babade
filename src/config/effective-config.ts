import type { DataHandling } from '#core/routing/data-handling.ts';
import type { Config, ModelConfig, UpstreamConfig } from './config.ts';
import { showPrice, toDecimal } from './show-price.ts';

/** One setting as it holds, under the name by which it is set, and who set it. Credentials are masked whole. */
export type EffectiveSetting = { readonly name: string; readonly value: string; readonly origin: string };

type Row = readonly [name: string, value: string];

export function effectiveConfig(config: Config): EffectiveSetting[] {
  const rows = [...processRows(config), ...serviceRows(config)];
  const upstreams = config.upstreams.flatMap((upstream) => upstreamRows(upstream, config));
  const models = config.models.flatMap((model) => modelRows(model, config));
  return [...rows, ...upstreams, ...models].map(([name, value]) => {
    const origin = config.origins?.[name];
    return {
      name,
      value: origin?.written ?? value,
      origin: origin?.from ?? (name.endsWith('.price') ? 'catalogue' : 'default'),
    };
  });
}

function processRows(config: Config): Row[] {
  return [
    ['PORT', String(config.port)],
    ['HOST', config.host],
    ['FAIRLEAD_CONFIG', config.file ?? '(no file)'],
    ['FAIRLEAD_DATA', config.dataDir],
    ['DATABASE_URL', config.databaseUrl === undefined ? '(SQLite in the data directory)' : mask(1)],
    ['FAIRLEAD_PEPPER', config.pepper === undefined ? '(secrets/pepper in the data directory)' : mask(1)],
    ['FAIRLEAD_TRUST_KEY', config.trustKey === undefined ? '(secrets/trust-key in the data directory)' : mask(1)],
    ['FAIRLEAD_PUBLIC_URL', config.publicUrl ?? '(none)'],
    ['TRUSTED_PROXIES', config.trustedProxies.join(', ') || '(none)'],
    ['LOG_LEVEL', config.logLevel],
  ];
}

function serviceRows({ deadlines, limits, ...config }: Config): Row[] {
  return [
    ['retention.usage_days', String(config.retention.usageDays)],
    ['retention.dormant_months', String(config.dormancy.months)],
    ['retention.dormant_notice_days', String(config.dormancy.noticeDays)],
    ['inspection.allowed', String(config.inspection.allowed)],
    ['inspection.abuse_delay_hours', String(config.inspection.abuseDelayMs / 3_600_000)],
    ['deletion.leftover', config.deletion.leftover],
    ['policy.profile', config.policy.profile],
    ['policy.operator', config.policy.operator ?? '(as said at the set-up)'],
    ['policy.contact', config.policy.contact ?? '(as said at the set-up)'],
    ['policy.jurisdiction', config.policy.jurisdiction ?? '(as said at the set-up)'],
    ['policy.effective', config.policy.effective ?? '(none)'],
    ['policy.evidence', config.policy.evidence ?? '(as it came)'],
    ['sandbox', String(config.sandbox)],
    ['key_prefix', config.keyPrefix],
    ['routing.strategy', config.routing.strategy],
    ['routing.default_model', config.routing.defaultModel ?? '(none)'],
    ...(config.markup ?? []).map(({ markup }, index): Row => [`markup[${index}].percent`, toDecimal(markup, 4)]),
    ...(config.payments
      ? ([
          ['payments.stripe.secret_key', mask(1)],
          ['payments.stripe.webhook_secret', mask(1)],
          ['payments.min_usd', String(config.payments.minCents / 100)],
          ['payments.max_usd', String(config.payments.maxCents / 100)],
        ] as const)
      : []),
    // Such an address is often all that it takes to write there.
    ['alerts.webhook', mask(config.alerts.webhook === undefined ? 0 : 1)],
    ['own_keys.fee_percent', String(config.ownKeys.feeBasisPoints / 100)],
    ...(config.mail
      ? ([
          ['mail.smtp', mask(1)],
          ['mail.from', config.mail.from],
        ] as const)
      : []),
    ...(config.walletRule
      ? ([
          // A node's address often holds a key.
          ['wallet_rule.rpc', mask(1)],
          ['wallet_rule.chain_id', String(config.walletRule.chainId)],
          ['wallet_rule.token', config.walletRule.token],
          ['wallet_rule.refresh_minutes', String(config.walletRule.refreshMs / 60_000)],
        ] as const)
      : []),
    ...config.contracts.map(
      ({ name, contract, date }): Row => [
        `sub_processors.${name}`,
        contract === undefined ? 'no contract on record' : [contract, date].filter(Boolean).join(', '),
      ],
    ),
    ...(config.githubLeaks
      ? ([
          ['leaks.github.keys_url', config.githubLeaks.keysUrl],
          ['leaks.github.keys', Object.keys(config.githubLeaks.keys).join(', ') || '(asked for)'],
        ] as const)
      : []),
    ['people.sign_up', config.people.signUp],
    ...config.people.providers.flatMap(({ name, label, issuer, clientId }): Row[] => [
      [`people.sign_in.${name}.label`, label],
      [`people.sign_in.${name}.issuer`, issuer],
      [`people.sign_in.${name}.client_id`, clientId],
      [`people.sign_in.${name}.client_secret`, mask(1)],
    ]),
    ['routing.auto_models', config.routing.autoModels?.join(', ') ?? '(all)'],
    ['deadlines.total_ms', String(deadlines.totalMs)],
    ['deadlines.connect_ms', String(deadlines.connectMs)],
    ['deadlines.first_content_ms', String(deadlines.firstContentMs)],
    ['deadlines.failover_ms', String(deadlines.failoverMs)],
    ['deadlines.retry_backoff_ms', String(deadlines.retryBackoffMs)],
    ['deadlines.retry_after_ms', String(deadlines.retryAfterMs)],
    ['deadlines.eject_ms', String(deadlines.ejectMs)],
    ['deadlines.probe_ms', String(deadlines.probeMs)],
    ['deadlines.whole_ms', String(deadlines.wholeMs)],
    ['deadlines.stall_ms', String(deadlines.stallMs)],
    ['deadlines.heartbeat_ms', String(deadlines.heartbeatMs)],
    ['deadlines.caller_head_ms', String(deadlines.callerHeadMs)],
    ['deadlines.caller_body_ms', String(deadlines.callerBodyMs)],
    ['deadlines.caller_write_ms', String(deadlines.callerWriteMs)],
    ['deadlines.queue_ms', String(deadlines.queueMs)],
    ['deadlines.overload_ms', String(deadlines.overloadMs)],
    ['deadlines.drain_accept_ms', String(deadlines.drainAcceptMs)],
    ['deadlines.drain_ms', String(deadlines.drainMs)],
    ['limits.json_body_bytes_max', String(limits.jsonBodyBytesMax)],
    ['limits.open_generations_max', String(limits.openGenerationsMax)],
    ['limits.stale_ms_max', String(limits.staleMsMax)],
    ['limits.event_loop_lag_ms_max', String(limits.eventLoopLagMsMax)],
    ['limits.held_bytes_max', String(limits.heldBytesMax)],
  ];
}

function upstreamRows(upstream: UpstreamConfig, config: Config): Row[] {
  const name = `upstreams.${upstream.name}`;
  const keys = config.origins?.[`${name}.api_keys`] ? 'api_keys' : 'api_key';
  const models = upstream.models.flatMap((model): Row[] => [
    [`${name}.models.${model.upstreamModel}.as`, model.as],
    [`${name}.models.${model.upstreamModel}.price`, showPrice(model.price)],
    ...(model.quantization
      ? [[`${name}.models.${model.upstreamModel}.quantization`, model.quantization] as const]
      : []),
  ]);
  return [
    [`${name}.provider`, upstream.provider],
    [`${name}.seller`, upstream.seller],
    [`${name}.protocols`, upstream.protocols.join(', ')],
    ...(upstream.cloud ? [[`${name}.cloud`, upstream.cloud] as const] : []),
    [`${name}.base_url`, upstream.baseUrl],
    [`${name}.${keys}`, mask(upstream.apiKeys.length)],
    ...cloudRows(name, upstream),
    [`${name}.enabled`, String(upstream.enabled)],
    [`${name}.type`, upstream.type],
    [`${name}.region`, upstream.region],
    [`${name}.data`, showData(upstream.data, (key, value) => written(config, `${name}.data.${key}`, value))],
    ...models,
  ];
}

/** Each under its own name, and not one of them shown. */
function cloudRows(name: string, { cloudAccess }: UpstreamConfig): Row[] {
  if (!cloudAccess) return [];
  if (cloudAccess.cloud === 'vertex') {
    const { project, location, serviceAccount } = cloudAccess;
    return [
      [`${name}.project`, project],
      [`${name}.location`, location],
      [`${name}.service_account`, mask(serviceAccount ? 1 : 0)],
    ];
  }
  return [
    [`${name}.access_key_id`, mask(1)],
    [`${name}.secret_access_key`, mask(1)],
    [`${name}.session_token`, mask(cloudAccess.awsKey.sessionToken === undefined ? 0 : 1)],
  ];
}

function modelRows(model: ModelConfig, config: Config): Row[] {
  const name = `models.${model.id}`;
  const aliases = model.aliases.map((alias, index) => written(config, `${name}.aliases[${index}]`, alias));
  return [
    [`${name}.context`, String(model.context)],
    [`${name}.max_output`, String(model.maxOutput)],
    [`${name}.aliases`, aliases.join(', ') || '(none)'],
  ];
}

function written(config: Config, name: string, value: string): string {
  return config.origins?.[name]?.written ?? value;
}

/** Not one character of a credential, and not how long it is. */
function mask(count: number): string {
  if (count === 0) return '(none)';
  return count === 1 ? '•••• (set)' : `•••• (${count} set)`;
}

function showData(data: DataHandling, show: (key: string, value: string) => string): string {
  const kept = data.retentionDays === 'unknown' ? 'retention unknown' : `kept ${data.retentionDays} days`;
  const trained = data.trains === 'unknown' ? 'training unknown' : data.trains ? 'trained on' : 'not trained on';
  const source = data.source === '' ? '' : `; ${show('source', data.source)}`;
  return `${kept}, ${trained}${source}${data.checked === '' ? '' : `, checked ${data.checked}`}`;
}
