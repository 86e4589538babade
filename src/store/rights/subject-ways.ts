/**
 * How the rows of a table belong to a person, in SQL; once for export, counts and whoever erases. A person's are its own rows, and
 * those of the workspaces that it owns. `:person`, `:pseudonym` and `:emailHash` are bound.
 */
export type SubjectWay = {
  readonly where: string;
  /** By which rows are paged: its primary key. */
  readonly key: readonly string[];
  /** Columns that may name somebody else: shown only where they name the person. */
  readonly own?: readonly string[];
  /** Shown only in rows of which this holds. */
  readonly onlyIf?: Readonly<Record<string, string>>;
};

const owned = `(select member.workspace from member where member.person = :person and member.role = 'owner')`;
const wallets = `(select workspace.wallet from workspace where workspace.id in ${owned})`;
const keys = `(select key.id from key where key.workspace in ${owned})`;
const allowances = `(select allowance.id from allowance where allowance.workspace in ${owned})`;
const settled = `(select settlement.generation from settlement where settlement.wallet in ${wallets})`;

const erasures = `((kind = 'person' and subject = :person) or (kind = 'workspace' and subject in ${owned}))`;

const ofWorkspace = (...key: readonly string[]): SubjectWay => ({ where: `workspace in ${owned}`, key });
const ofKey = (...key: readonly string[]): SubjectWay => ({ where: `key in ${keys}`, key });
const ofAllowance = (...key: readonly string[]): SubjectWay => ({ where: `allowance in ${allowances}`, key });

export const subjectWays: Readonly<Record<string, SubjectWay>> = {
  abuse_case: ofWorkspace('id'),
  account: { where: `id in ${wallets}`, key: ['id'] },
  adjustment: { ...ofWorkspace('id'), own: ['proposed_by', 'confirmed_by'] },
  agreement_acceptance: { ...ofWorkspace('workspace', 'version', 'operator'), own: ['actor'] },
  alert_letter: { where: 'person = :person', key: ['about', 'person'] },
  alert_reader: { where: 'person = :person', key: ['person'] },
  allowance: ofWorkspace('id'),
  allowance_warning: ofAllowance('allowance', 'window', 'level'),
  allowance_window: ofAllowance('allowance', 'window'),
  audit_entry: {
    where: `(scope = :pseudonym or actor = :pseudonym or (scope in ${owned} and actor in ${keys}))`,
    key: ['scope', 'place'],
  },
  dispute: { where: `payment in (select payment.id from payment where payment.workspace in ${owned})`, key: ['id'] },
  entry: { where: `account in ${wallets}`, key: ['sequence'] },
  erasure: { where: erasures, key: ['id'], own: ['asked_by'] },
  erasure_step: { where: `erasure in (select erasure.id from erasure where ${erasures})`, key: ['erasure', 'place'] },
  generation: ofWorkspace('id'),
  // What a workspace is to hear of later is not told here before.
  inspection: { where: `workspace in ${owned} and told = 1`, key: ['id'] },
  inspection_look: {
    where: `inspection in (select inspection.id from inspection where inspection.workspace in ${owned} and told = 1)`,
    key: ['id'],
  },
  invitation: {
    where: '(invited_by = :pseudonym or email_hash = :emailHash)',
    key: ['id'],
    own: ['invited_by'],
    onlyIf: { email: 'email_hash = :emailHash' },
  },
  invoice: ofWorkspace('number'),
  key: ofWorkspace('id'),
  key_end_users: ofKey('key', 'hour'),
  key_hour: ofKey('key', 'hour'),
  key_secret: ofKey('hash'),
  key_usage: ofKey('key'),
  key_use: ofKey('key'),
  lease: ofAllowance('id'),
  member: { where: 'person = :person', key: ['workspace', 'person'] },
  mail_consent: { where: 'person = :person', key: ['id'] },
  news_person: { where: 'person = :person', key: ['news', 'person'] },
  notice_person: { where: 'person = :person', key: ['notice', 'person'] },
  operation: ofWorkspace('id'),
  operation_use: {
    where: `operation in (select operation.id from operation where operation.workspace in ${owned})`,
    key: ['operation', 'allowance', 'window'],
  },
  operator_role: { where: 'person = :person', key: ['person', 'role'] },
  overrun: ofWorkspace('generation'),
  own_key: ofWorkspace('id'),
  owner_setting: { where: `(owner in ${owned} or owner in ${keys})`, key: ['owner', 'name'] },
  payment: ofWorkspace('id'),
  payment_customer: ofWorkspace('workspace'),
  person_activity: { where: 'person = :person', key: ['person'] },
  policy_acceptance: {
    where: `(workspace in ${owned} or actor = :pseudonym)`,
    key: ['workspace', 'version'],
    own: ['actor'],
  },
  privacy_case: { where: 'person = :pseudonym', key: ['id'] },
  privacy_copy: { where: 'person = :person', key: ['id'] },
  promo: ofWorkspace('id'),
  promo_mark: ofWorkspace('workspace'),
  rate: ofWorkspace('id'),
  rate_state: {
    where: `exists (select 1 from rate where rate.workspace in ${owned}
      and (rate_state.rate = rate.id or rate_state.rate like rate.id || '/%'))`,
    key: ['rate'],
  },
  redeem_code: ofWorkspace('hash'),
  refund: { where: `generation in ${settled}`, key: ['transfer'] },
  restriction: {
    where: `((kind = 'person' and subject = :person) or (kind = 'workspace' and subject in ${owned}) or workspace in ${owned})`,
    key: ['kind', 'subject', 'workspace', 'activity'],
  },
  settlement: { where: `wallet in ${wallets}`, key: ['generation'] },
  settlement_loss: { where: `generation in ${settled}`, key: ['generation', 'account'] },
  stopped_endpoint: ofWorkspace('workspace', 'endpoint'),
  transfer: { where: `id in (select entry.transfer from entry where entry.account in ${wallets})`, key: ['id'] },
  upstream_object: ofWorkspace('workspace', 'id'),
  usage_day: ofWorkspace('workspace', 'day', 'key', 'model', 'endpoint'),
  usage_hour: ofWorkspace('workspace', 'hour', 'key', 'model', 'endpoint'),
  webhook: ofWorkspace('id'),
  webhook_delivery: ofWorkspace('id'),
  workspace: { where: `id in ${owned}`, key: ['id'] },
};
