import { z } from 'zod';
import { deliveries } from '#core/generation/delivery.ts';
import { dormantMonthsRange, dormantNoticeDaysRange } from '#core/privacy/dormancy.ts';
import { policyProfiles } from '#core/privacy/policy/policy-text.ts';
import { usageDaysMax } from '#core/privacy/retention.ts';

import { abilityNames, cloudNames, endpointTypes, protocolNames, quantizationNames } from '#core/routing/endpoint.ts';
import { strategyNames } from '#core/routing/strategies/strategy-names.ts';
import { dataSchema } from './data-schema.ts';
import { leaks } from './leaks-schema.ts';
import { priceSchema } from './price-schema.ts';
import { headerText, section, text, truth, whole } from './schema-kinds.ts';
import { subProcessors } from './sub-processors-schema.ts';
import { walletRule } from './wallet-rule-schema.ts';

/** The names and kinds of `fairlead.yaml`. What one setting means for another is judged where it is used. */

const protocol = z.enum(protocolNames, { error: `must be one of ${protocolNames.join(', ')}` });

const quantization = z.enum(quantizationNames, { error: `must be one of ${quantizationNames.join(', ')}` });

const upstreamModel = section({
  as: text('The public name that callers ask for.').optional(),
  price: priceSchema.describe('What the model costs here: `free`, or a section of prices in USD.').optional(),
  weight: z
    .number({ error: 'must be a number above 0' })
    .positive('must be a number above 0')
    .max(1_000_000, 'must be 1000000 or less')
    .describe('Its part of the draws under the strategy `weighted`.')
    .optional(),
  quantization: quantization
    .describe("How the weights of this model are stored here, instead of the upstream's `quantization`.")
    .optional(),
});

const upstreamModelName = z
  .string()
  .regex(/^[^\p{Cc}\s]{1,200}$/u, 'must be a name of 1 to 200 characters without spaces');

/** It will stand in an address. */
function cloudPlace(meaning: string) {
  return text(meaning).regex(/^[a-z0-9][a-z0-9.:-]{0,62}$/, 'must be lower-case letters, digits, "-", "." and ":"');
}

const upstream = section({
  provider: headerText('Who answers there.').optional(),
  seller: z
    .string({ error: 'must be text' })
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      'must be letters, digits, ".", "_" and "-", since an account of the books is named after it',
    )
    .describe('Who supplies this upstream and is paid for it.')
    .optional(),
  protocols: z
    .array(protocol, { error: 'must be a list of protocols, such as [openai-chat]' })
    .min(1, 'must name one protocol or more')
    .describe('The wire protocols that the address speaks.')
    .optional(),
  cloud: z
    .enum(cloudNames, { error: `must be one of ${cloudNames.join(', ')}` })
    .describe('The cloud that serves the models at addresses and with credentials of its own.')
    .optional(),
  base_url: text(
    'The address, up to but without `/chat/completions`, `/responses`, `/messages` or `/models/…`.',
  ).optional(),
  api_key: text('The credential. Best a reference such as `${OPENAI_API_KEY}`.').optional(),
  api_keys: z
    .array(z.string({ error: 'must be text' }), { error: 'must be a list of keys' })
    .min(1, 'must hold one key or more')
    .max(100, 'must hold 100 keys or fewer')
    .describe('Several credentials of one account, instead of `api_key`.')
    .optional(),
  access_key_id: text('Bedrock: the id of an AWS access key.').optional(),
  secret_access_key: text('Bedrock: its secret. Best a reference such as `${AWS_SECRET_ACCESS_KEY}`.').optional(),
  session_token: text('Bedrock: the session of temporary credentials.').optional(),
  project: cloudPlace('Vertex: the id of the project.').optional(),
  location: cloudPlace('Vertex: where requests go, such as `europe-west1` or `global`.').optional(),
  service_account: z
    .string({ error: 'must be text' })
    .min(1, 'must not be empty')
    .max(16_384, 'must be 16384 characters or fewer')
    .describe("Vertex: a service account's key file, as JSON text. Best a reference such as `${VERTEX_KEY}`.")
    .optional(),
  enabled: truth('Whether requests may go there.').optional(),
  type: z
    .enum(endpointTypes, { error: `must be one of ${endpointTypes.join(', ')}` })
    .describe('Who runs the models, and how far they are from the maker.')
    .optional(),
  region: headerText('Where the models run.').optional(),
  quantization: quantization.describe('How the weights of the models are stored there.').optional(),
  data: dataSchema.describe('What happens there to the data that is sent.').optional(),
  models: z
    .record(upstreamModelName, upstreamModel, { error: 'must be a section with one entry for each model' })
    .describe("The models to offer, each under the upstream's own name for it.")
    .optional(),
});

const publicModel = section({
  context: whole(1, 1_000_000_000).describe('Tokens that input and output may hold together.').optional(),
  max_output: whole(1, 1_000_000_000)
    .describe('Tokens that an answer may hold; sent to the upstream as the limit.')
    .optional(),
  aliases: z
    .array(z.string({ error: 'must be text' }), { error: 'must be a list of names' })
    .describe('Further names that callers may use.')
    .optional(),
  supports: z
    .array(z.enum(abilityNames, { error: `must be one of ${abilityNames.join(', ')}` }), { error: 'must be a list' })
    .describe('What the model can do beyond text: `tools`, `images` (as input), `structured_output`.')
    .optional(),
  fallbacks: z
    .array(z.string({ error: 'must be text' }), { error: 'must be a list of public models' })
    .max(20, 'must hold 20 models or fewer')
    .describe('Public models that a request goes on to, in order, when nobody answers for this one.')
    .optional(),
  strategy: z
    .enum(strategyNames, { error: `must be one of ${strategyNames.join(', ')}` })
    .describe('How the endpoints of this model are put in order, instead of `routing.strategy`.')
    .optional(),
  delivery: z
    .enum(deliveries, { error: `must be ${deliveries.join(' or ')}` })
    .describe('Whether its streams are kept back until their end is here, so that failures before it fail over.')
    .optional(),
  first_content_ms: whole(1, 86_400_000)
    .describe('Until the first content of a stream, instead of `deadlines.first_content_ms`, or five times that.')
    .optional(),
  failover_ms: whole(1, 86_400_000)
    .describe('The same while another endpoint or model is left to ask, instead of `deadlines.failover_ms`.')
    .optional(),
});

const waitMs = (meaning: string) => whole(1, 86_400_000).describe(meaning).optional();

const deadlines = section({
  total_ms: waitMs('One generation, over all its attempts.'),
  connect_ms: waitMs('Until the connection to an upstream stands.'),
  first_content_ms: waitMs('Until the first content of a stream.'),
  failover_ms: waitMs('The same, while another endpoint or model is left to ask.'),
  retry_backoff_ms: waitMs('Before an endpoint that failed is asked once more, about.'),
  retry_after_ms: waitMs('How long an upstream that says when to come again is waited for.'),
  eject_ms: waitMs('How long an endpoint that fails gets no requests, the first time.'),
  probe_ms: waitMs('How often, at least, one request looks after such an endpoint.'),
  whole_ms: waitMs('Until a reply that is not streamed is here, whole.'),
  stall_ms: waitMs('Silence between two pieces of a stream.'),
  heartbeat_ms: waitMs('How often a stream that has nothing to say yet sends a sign of life.'),
  caller_head_ms: waitMs("The caller's request head."),
  caller_body_ms: waitMs("How long a caller's body may be slower than 1 KiB/s."),
  caller_write_ms: waitMs('A caller that reads nothing for this long has left.'),
  queue_ms: waitMs('How long a request for which there is no place waits at the door.'),
  overload_ms: waitMs('How long the event loop may lag before fewer requests are let in.'),
  drain_accept_ms: waitMs('On SIGTERM: how long new requests are still taken.'),
  drain_ms: waitMs('On SIGTERM: how long open generations may take to end.'),
  divide_by: whole(1, 10_000).describe('Divides all deadlines, for tests.').optional(),
});

const limits = section({
  json_body_bytes_max: whole(1_024, 1_073_741_824)
    .describe('The largest JSON body, in bytes, also after inflating.')
    .optional(),
  open_generations_max: whole(1, 1_000_000).describe('Generations open at once in one gateway process.').optional(),
  stale_ms_max: whole(0, 48_000)
    .describe(
      'How long after the store was last heard of a key is still known, which may have been revoked meanwhile, in milliseconds: from 3000 on, as it takes so long to notice.',
    )
    .optional(),
  event_loop_lag_ms_max: whole(1, 60_000)
    .describe("The p99 of the event loop's delay above which fewer generations are let in.")
    .optional(),
  held_bytes_max: whole(4_096, 1_099_511_627_776)
    .describe('What one gateway process keeps back of answers for whole delivery, in bytes.')
    .optional(),
});

const upstreamName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'is not a name for an upstream: use lower-case letters, digits, ".", "_" and "-"',
  );
const publicName = z
  .string()
  .regex(
    /^[\x21-\x3f\x41-\x7e]{1,200}$/,
    'is not a name for a model: use 1 to 200 ASCII characters without spaces or "@"',
  );

export const fileSchema = section({
  upstreams: z
    .record(upstreamName, upstream, { error: 'must be a section with one entry for each upstream' })
    .describe('Accounts at providers, each under a name of your own.')
    .optional(),
  models: z
    .record(publicName, publicModel, { error: 'must be a section with one entry for each public model' })
    .describe('Facts of public models, each under its public name.')
    .optional(),
  routing: section({
    strategy: z
      .enum(strategyNames, { error: `must be one of ${strategyNames.join(', ')}` })
      .describe('How the endpoints of a model are put in order.')
      .optional(),
    default_model: publicName.describe('The public model that a request for "auto" gets.').optional(),
    auto_models: z
      .array(publicName, { error: 'must be a list of public models' })
      .min(1, 'must name one model or more')
      .max(200, 'must hold 200 models or fewer')
      .describe('The public models among which "auto" chooses.')
      .optional(),
  })
    .describe('How requests find an endpoint.')
    .optional(),
  price_lists: z
    .array(text('A file, from the folder of this one.'), { error: 'must be a list of files' })
    .max(8, 'must hold 8 files or fewer')
    .describe("Other people's lists of prices, for models without a price here; they come before the catalogue.")
    .optional(),
  markup: z
    .array(
      section({
        percent: z
          .union([z.number(), z.string()], { error: 'must be a number of percent, such as 20 or 12.5' })
          .describe('What is put on top, in percent of what an endpoint costs.'),
        model: publicName.describe('Only this public model.').optional(),
        seller: text('Only what this seller supplies.').optional(),
        workspace: text('Only this workspace, by id or name.').optional(),
      }),
      { error: 'must be a list of rules, each with its percent' },
    )
    .max(1_000, 'must hold 1000 rules or fewer')
    .describe('What customers pay on top of what endpoints cost.')
    .optional(),
  payments: section({
    stripe: section({
      secret_key: text("Stripe's secret key. Best a reference such as `${STRIPE_SECRET_KEY}`."),
      webhook_secret: z
        .string({ error: 'must be text' })
        .min(32, 'must be 32 characters or more: whoever guesses it makes money')
        .max(255, 'must be 255 characters or fewer')
        .describe('What Stripe signs its events with. Best a reference such as `${STRIPE_WEBHOOK_SECRET}`.'),
      api_base: text("Another address than Stripe's, for tests.").optional(),
    })
      .describe('Card payments at Stripe.')
      .optional(),
    min_usd: whole(1, 1_000_000).describe('The least that is paid at once, in whole dollars.').optional(),
    max_usd: whole(1, 1_000_000).describe('The most that is paid at once, in whole dollars.').optional(),
    issuer: text('Who invoices, with the address: the head of invoices, line by line.').optional(),
  })
    .describe('How customers pay for credit.')
    .optional(),
  alerts: section({
    webhook: z
      .string({ error: 'must be text' })
      .max(2_000, 'must be 2000 characters or fewer')
      .refine((written) => /^https?:\/\//i.test(written) && URL.canParse(written), {
        error: 'must be an address that begins with http:// or https://',
      })
      .describe(
        'An address that is sent a JSON message when an endpoint or a credential goes out, and when it is back.',
      )
      .optional(),
  })
    .describe('Who is told of outages, beside the log.')
    .optional(),
  own_keys: section({
    fee_percent: z
      .number({ error: 'must be a number' })
      .min(0, 'must be 0 or more')
      .max(100, 'must be 100 or less')
      .refine((percent) => Math.abs(percent * 100 - Math.round(percent * 100)) < 1e-9, {
        error: 'must have two places at most',
      })
      .describe(
        "What is charged for an answer that a workspace's own key paid for, in percent of what it would cost here.",
      )
      .optional(),
  })
    .describe("Workspaces' own keys at providers.")
    .optional(),
  mail: section({
    smtp: z
      .string({ error: 'must be text' })
      .max(1_000, 'must be 1000 characters or fewer')
      .refine((written) => /^smtps?:\/\//.test(written) && URL.canParse(written), {
        error: 'must be an address such as smtps://user:password@mail.example.com',
      })
      .describe('The server that takes mail. Best a reference such as `${SMTP_URL}`.'),
    from: text('Who letters are from, such as `Fairlead <no-reply@ai.example.com>`.'),
  })
    .describe('How letters to people are sent; without it operators see them in the outbox.')
    .optional(),
  people: section({
    sign_up: z
      .enum(['invited', 'open'], { error: 'must be invited or open' })
      .describe('Who may make an account: whoever a member invites, or everybody.')
      .optional(),
    sign_in: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a short name in lower-case letters, digits and "-"'),
        section({
          label: text('What its button says after "Sign in with", such as `Google`.').optional(),
          issuer: z
            .url({ protocol: /^https?$/, error: 'must be an address such as https://accounts.google.com' })
            .describe('The issuer, as it calls itself; `/.well-known/openid-configuration` under it says the rest.'),
          client_id: text('What this Fairlead is called there.'),
          client_secret: text('Its secret there. Best a reference such as `${GOOGLE_SECRET}`.'),
        }),
        { error: 'must be a section with one entry for each site' },
      )
      .refine((sites) => Object.keys(sites).length <= 20, { error: 'must name 20 sites or fewer' })
      .describe('Sites at which people may sign in, by OpenID Connect.')
      .optional(),
  })
    .describe('Who signs in.')
    .optional(),
  wallet_rule: walletRule
    .describe('Daily limits of workspaces from a token that a wallet of a member holds.')
    .optional(),
  sub_processors: subProcessors
    .describe('Contracts with whoever gets data, and who else does, for /subprocessors and /legal/dpa.')
    .optional(),
  leaks: leaks.describe('Keys that others found.').optional(),
  retention: section({
    usage_days: whole(1, usageDaysMax)
      .describe('Days for which the usage log is kept. The privacy policy says 90: it may be fewer, never more.')
      .optional(),
    dormant_months: whole(dormantMonthsRange.min, dormantMonthsRange.max)
      .describe('Months without sign-in and request after which an account is closed. The policy says the number.')
      .optional(),
    dormant_notice_days: whole(dormantNoticeDaysRange.min, dormantNoticeDaysRange.max)
      .describe('Days from the first letter about that to the closing.')
      .optional(),
  })
    .describe('How long what is about somebody is kept.')
    .optional(),
  inspection: section({
    allowed: truth(
      'Whether content can be looked into at all, by two persons and in a window that is open.',
    ).optional(),
    abuse_delay_hours: whole(0, 720)
      .describe('After how many hours a workspace hears that abuse was looked into, where it is content to be told.')
      .optional(),
  })
    .describe('Inspection windows; docs/reference/inspections.md.')
    .optional(),
  deletion: section({
    leftover: z
      .enum(['refund', 'forfeit'], { error: 'must be refund or forfeit' })
      .describe('What becomes of paid credit that is left when a workspace is deleted. People are shown it before.')
      .optional(),
  })
    .describe('What happens when somebody is deleted.')
    .optional(),
  policy: section({
    profile: z
      .enum(policyProfiles, { error: `must be one of ${policyProfiles.join(', ')}` })
      .describe('Whose policy it follows; `strict` promises the stricter of both.')
      .optional(),
    operator: text('Who operates this Fairlead, as people should read it.').optional(),
    contact: text('Where questions about privacy are answered, such as an e-mail address.').optional(),
    jurisdiction: text('The country whose law applies.').optional(),
    effective: z
      .string({ error: 'must be a date such as 2026-11-01' })
      .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a date such as 2026-11-01')
      .describe('The day on which a change of the policy takes effect.')
      .optional(),
    evidence: text('A file that `npm run promises` wrote: what its tests said is shown at /trust.').optional(),
  })
    .describe('The privacy policy that is shown at /privacy.')
    .optional(),
  sandbox: truth("Whether the simulator's models are offered.").optional(),
  key_prefix: z
    .string({ error: 'must be text' })
    .regex(
      /^[a-z][a-z0-9-]{1,15}-$/,
      'must be 3 to 17 lower-case letters, digits and "-", begin with a letter and end with "-"',
    )
    .describe('What new API keys begin with.')
    .optional(),
  deadlines: deadlines.describe('Every wait has an end: these, in milliseconds.').optional(),
  limits: limits.describe('The largest sizes and numbers.').optional(),
});

export type FileSettings = z.infer<typeof fileSchema>;
export type UpstreamSettings = NonNullable<FileSettings['upstreams']>[string];
export type UpstreamModelSettings = z.infer<typeof upstreamModel>;
export type PublicModelSettings = z.infer<typeof publicModel>;
export type DataSettings = z.infer<typeof dataSchema>;
export type DeadlineSettings = z.infer<typeof deadlines>;
