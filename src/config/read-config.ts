import { isAbsolute, relative, resolve } from 'node:path';
import { dormancyOtherwise } from '#core/privacy/dormancy.ts';
import { usageDaysMax } from '#core/privacy/retention.ts';
import { type Catalogue, openCatalogue } from './catalogue.ts';
import type { Config } from './config.ts';
import { ConfigProblem } from './config-problem.ts';
import { type ConfigSource, noSource } from './config-source.ts';
import { toDeadlines } from './deadlines.ts';
import { type Environment, type EnvironmentInput, openEnvironment } from './environment.ts';
import { environmentUpstreams } from './environment-upstreams.ts';
import { toMarkup } from './file-markup.ts';
import { toPayments } from './file-payments.ts';
import type { FileSettings } from './file-schema.ts';
import { toFileUpstreams } from './file-upstreams.ts';
import { freezeDeeply } from './freeze.ts';
import { originsOf } from './origins.ts';
import { openPriceLists } from './price-lists/open-price-lists.ts';
import { readProcessSettings } from './process-settings.ts';
import { toPublicModels } from './public-models.ts';
import { toWalletRule } from './to-wallet-rule.ts';

/**
 * This folder turns environment and file into one frozen Config, or says in a sentence why not. `now` decides which of
 * several dated prices of the catalogue holds.
 */
export async function readConfig(input: EnvironmentInput & { readonly now?: Date }): Promise<Config> {
  const environment = openEnvironment(input);
  const processSettings = readProcessSettings(environment, input.cwd);
  const { path, settings, source } = await readFileSettings(input, environment);
  const catalogue = openOnce(input.now ?? new Date());
  const listedPrice = openPriceLists({
    paths: settings.price_lists ?? [],
    file: path,
    source,
    readFile: input.readFile,
  });
  const fromFile = await toFileUpstreams({ settings, source, catalogue, listedPrice });
  const fromEnvironment = await environmentUpstreams({ taken: fromFile, environment, catalogue });
  const offers = [...fromFile, ...fromEnvironment];
  const defaultModel = settings.routing?.default_model;
  const autoModels = settings.routing?.auto_models;
  const deadlines = toDeadlines(settings.deadlines ?? {});
  const waits = { divideBy: settings.deadlines?.divide_by ?? 1, firstContentMs: deadlines.firstContentMs };
  return freezeDeeply({
    ...processSettings,
    file: path,
    keyPrefix: settings.key_prefix ?? 'sk-fl-',
    upstreams: offers.map((offer) => offer.upstream),
    models: toPublicModels(offers, { written: settings.models ?? {}, defaultModel, autoModels, waits }, source),
    routing: {
      strategy: settings.routing?.strategy ?? 'adjusted-share',
      defaultModel,
      ...(autoModels ? { autoModels } : {}),
    },
    ...(settings.markup ? { markup: toMarkup(settings.markup, source) } : {}),
    ...(settings.payments ? { payments: toPayments(settings.payments, source) } : {}),
    alerts: { webhook: settings.alerts?.webhook },
    ownKeys: { feeBasisPoints: Math.round((settings.own_keys?.fee_percent ?? 0) * 100) },
    ...(settings.mail ? { mail: { url: settings.mail.smtp, from: settings.mail.from } } : {}),
    contracts: Object.entries(settings.sub_processors ?? {}).map(([name, said]) => ({ name, ...said })),
    ...(settings.leaks?.github ? { githubLeaks: toGithubLeaks(settings.leaks.github) } : {}),
    ...(settings.wallet_rule ? { walletRule: toWalletRule(settings.wallet_rule) } : {}),
    people: {
      signUp: settings.people?.sign_up ?? 'invited',
      providers: Object.entries(settings.people?.sign_in ?? {}).map(([name, site]) => ({
        ...{ name, label: site.label ?? name, issuer: site.issuer },
        ...{ clientId: site.client_id, clientSecret: site.client_secret },
      })),
    },
    retention: { usageDays: settings.retention?.usage_days ?? usageDaysMax },
    dormancy: {
      months: settings.retention?.dormant_months ?? dormancyOtherwise.months,
      noticeDays: settings.retention?.dormant_notice_days ?? dormancyOtherwise.noticeDays,
    },
    inspection: {
      allowed: settings.inspection?.allowed ?? false,
      abuseDelayMs: (settings.inspection?.abuse_delay_hours ?? 72) * 3_600_000,
    },
    deletion: { leftover: settings.deletion?.leftover ?? 'refund' },
    policy: {
      profile: settings.policy?.profile ?? 'strict',
      operator: settings.policy?.operator,
      contact: settings.policy?.contact,
      jurisdiction: settings.policy?.jurisdiction,
      effective: settings.policy?.effective,
      evidence: settings.policy?.evidence,
    },
    sandbox: settings.sandbox ?? true,
    deadlines,
    limits: {
      jsonBodyBytesMax: settings.limits?.json_body_bytes_max ?? 33_554_432,
      openGenerationsMax: settings.limits?.open_generations_max ?? 20_000,
      eventLoopLagMsMax: settings.limits?.event_loop_lag_ms_max ?? 200,
      staleMsMax: settings.limits?.stale_ms_max ?? 48_000,
      heldBytesMax: settings.limits?.held_bytes_max ?? 268_435_456,
    },
    origins: originsOf({ source, offers, environment }),
  });
}

type FoundFile = { readonly path: string | undefined; readonly settings: FileSettings; readonly source: ConfigSource };

async function readFileSettings(input: EnvironmentInput, environment: Environment): Promise<FoundFile> {
  const named = environment.read('FAIRLEAD_CONFIG');
  const path = resolve(input.cwd, named ?? 'fairlead.yaml');
  const name = shownPath(path, input.cwd);
  const text = readText(input, path, name);
  if (text !== undefined) {
    // Parser and judge cost a tenth of a second: a first start without a file does without them.
    const { openConfigFile } = await import('./config-file.ts');
    return { path, ...openConfigFile({ name, text, environment }) };
  }
  if (named === undefined) return { path: undefined, settings: {}, source: noSource };
  throw new ConfigProblem(
    `environment: FAIRLEAD_CONFIG names ${name}, which does not exist: correct the path, or remove FAIRLEAD_CONFIG.`,
  );
}

function readText(input: EnvironmentInput, path: string, name: string): string | undefined {
  try {
    return input.readFile(path);
  } catch {
    throw new ConfigProblem(`${name} cannot be read: check that it is a file, and its permissions.`);
  }
}

function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

function openOnce(now: Date): () => Promise<Catalogue> {
  let opened: Promise<Catalogue> | undefined;
  return () => {
    opened ??= openCatalogue(now);
    return opened;
  };
}

const githubKeysUrl = 'https://api.github.com/meta/public_keys/secret_scanning';

function toGithubLeaks({
  keys_url: keysUrl = githubKeysUrl,
  keys = {},
}: NonNullable<NonNullable<FileSettings['leaks']>['github']>) {
  return { keysUrl, keys };
}
