import { z } from 'zod';
import { holdsCardNumber } from '#core/privacy/card-number.ts';
import { inspectionReasons, windowMinutesMax, windowRequestsMax } from '#core/privacy/inspection.ts';
import type { BodyName } from './body-names.ts';
import { memberSettings } from './member-settings.ts';
import { operatorRoles, roles } from './permissions.ts';

const line = (max: number) => z.string().trim().min(1).max(max);

/** Names of events; whoever tells of them judges which there are. */
const events = z.array(line(64)).min(1).max(40).optional();

/** What a browser made of a passkey; whoever verifies it judges its fields. */
const signed = z.looseObject({ id: z.string().max(1_400) });

/** What is sent, by the name that a route gives it. What is not in a schema is refused. */
export const bodies = {
  me: z.strictObject({ name: line(100) }),
  /** The workspaces that go along with their only owner. */
  deletion: z.strictObject({ workspaces: z.array(line(64)).max(50).optional() }),
  proof: z.union([z.strictObject({ password: z.string().min(1).max(256) }), z.strictObject({ passkey: signed })]),
  passkey: z.strictObject({ name: line(100), response: signed }),
  'passkey-name': z.strictObject({ name: line(100) }),
  'sign-in-elsewhere': z.strictObject({ provider: line(40) }),
  'wallet-begin': z.strictObject({ address: z.string().regex(/^0x[0-9a-fA-F]{40}$/), chain_id: z.int().min(1) }),
  wallet: z.strictObject({ message: line(2_000), signature: z.string().regex(/^0x[0-9a-fA-F]{130}$/) }),
  settings: z.strictObject({ settings: z.partialRecord(z.enum(memberSettings), line(300)) }),
  backing: z.strictObject({ sign_in: line(40) }),
  topup: z.union([
    z.strictObject({ off: z.literal(true) }),
    z.strictObject({
      ...{ below: z.int().min(0).max(999_999), add: z.int().min(1).max(999_999), month: z.int().min(1).max(999_999) },
    }),
  ]),
  support: z.strictObject({ subject: line(200), message: line(10_000) }),
  address: z.strictObject({ email: z.email().max(254) }),
  'sign-up': z.strictObject({
    name: line(100),
    email: z.email().max(254),
    password: z.string().min(10).max(256),
    invitation: line(100).optional(),
  }),
  workspace: z.strictObject({ name: line(100) }),
  role: z.strictObject({ role: z.enum(roles) }),
  invitation: z.strictObject({ email: z.email().max(254), role: z.enum(roles) }),
  'policy-version': z.strictObject({ version: line(40) }),
  'rights-request': z.strictObject({
    kind: z.enum(['access', 'correct', 'delete', 'restrict', 'object', 'question']),
    text: line(2_000),
    about: line(64).optional(),
  }),
  'case-outcome': z.strictObject({ outcome: z.enum(['answered', 'refused', 'withdrawn', 'spam']) }),
  'case-identity': z.strictObject({ step: z.enum(['letter', 'by-hand']), how: line(40).optional() }),
  correction: z.strictObject({ name: line(100) }),
  restriction: z.strictObject({ restricted: z.boolean() }),
  objection: z.strictObject({ activity: line(64), objects: z.boolean() }),
  'end-user': z.strictObject({ end_user: line(500) }),
  'end-user-restriction': z.strictObject({ end_user: line(500), restricted: z.boolean() }),
  agreement: z.strictObject({ version: line(40), hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  mail: z.union([
    z.strictObject({ news: z.literal(true), wording: z.int().min(1) }),
    z.strictObject({ news: z.literal(false), wording: z.int().optional() }),
  ]),
  news: z.strictObject({ subject: line(150), text: line(20_000) }),
  'notice-seen': z.strictObject({ notice: line(200) }),
  'sub-processor': z.strictObject({ decision: z.enum(['agree', 'object', 'none']) }),
  webhook: z.strictObject({ url: line(1_000), events }),
  'webhook-change': z.strictObject({ url: line(1_000).optional(), events, disabled: z.boolean().optional() }),
  'outage-letters': z.strictObject({ wants: z.boolean() }),
  token: z.strictObject({ token: line(100) }),
  key: z.looseObject({
    name: z.string().max(100).optional(),
    limit: z.number().nullable().optional(),
    limit_reset: z.enum(['daily', 'weekly', 'monthly']).nullable().optional(),
    requests_limit: z.int().nullable().optional(),
    expires_at: z.string().nullable().optional(),
    disabled: z.boolean().optional(),
    tags: z.array(z.string()).max(8).optional(),
  }),
  markup: z.strictObject({
    percent: z.string().max(20),
    model: line(200).optional(),
    seller: line(100).optional(),
    workspace: line(100).optional(),
  }),
  upstream: z.strictObject({
    name: line(63),
    upstream: z.record(z.string(), z.unknown()),
    models: z.record(z.string(), z.unknown()).optional(),
    enabled: z.boolean().optional(),
    accept_data: z.boolean().optional(),
  }),
  'upstream-change': z.strictObject({
    upstream: z.record(z.string(), z.unknown()).optional(),
    models: z.record(z.string(), z.unknown()).optional(),
    enabled: z.boolean().optional(),
    accept_data: z.boolean().optional(),
  }),
  price: z.strictObject({ endpoint: line(400), price: z.unknown(), since: line(40).optional() }),
  decision: z.strictObject({ action: z.enum(['none', 'ask', 'slow', 'stop']), hours: z.int().min(1).optional() }),
  consent: z.strictObject({ consents: z.boolean() }),
  inspection: z.strictObject({
    workspace: line(100),
    reason: z.enum(inspectionReasons),
    ticket: line(80),
    minutes: z.int().min(1).max(windowMinutesMax),
    requests: z.int().min(1).max(windowRequestsMax),
  }),
  operator: z.strictObject({ email: z.email().max(254), role: z.enum(operatorRoles) }),
} as const satisfies Readonly<Record<BodyName, z.ZodType>>;

export type Body<Name extends BodyName> = z.infer<(typeof bodies)[Name]>;

/** What was sent, judged; or a sentence that names the field. */
export function readBody<Name extends BodyName>(
  name: Name,
  value: unknown,
): { readonly body: Body<Name> } | { readonly refused: string } {
  const read = bodies[name].safeParse(value);
  if (read.success && holdsCard(read.data)) return { refused: noCards };
  // The schema of that name gave it.
  if (read.success) return { body: read.data as Body<Name> };
  const [issue] = read.error.issues;
  const field = issue?.path.join('.') ?? '';
  return {
    refused:
      field === '' ? 'The body has fields that do not belong there.' : `The field ${field} is not as it must be.`,
  };
}

export const noCards = 'No card number is kept here: leave it out.';

function holdsCard(body: object): boolean {
  return Object.values(body).some((value) => typeof value === 'string' && holdsCardNumber(value));
}
