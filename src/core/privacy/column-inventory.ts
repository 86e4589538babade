import {
  abuseSigns,
  allowances,
  books,
  configuration,
  copies,
  credentials,
  type DataClass,
  erasureRecords,
  inspectionFacts,
  membership,
  names,
  notices,
  operation,
  ownership,
  pageViews,
  privacyCases,
  rightsRows,
  sealedContent,
  sealedNames,
  usageLog,
} from './data-class.ts';

/** Every column of every table of `main.db`. A column that is missing here fails the tests. */
export const columnInventory: Readonly<Record<string, Readonly<Record<string, DataClass>>>> = {
  migration: classify(operation, 'version name at hash'),
  // Books refer to its two random ids for as long as they are kept; everything else of it goes.
  workspace: {
    ...classify({ ...ownership, erasable: false }, 'id wallet closing_at erased_at'),
    ...classify(ownership, 'created_at'),
    name: names,
  },
  key: {
    ...classify(ownership, 'id workspace disabled reset expires_at created_at role changed_at deleted_at'),
    ...classify(credentials, 'hash hint'),
    ...classify(names, 'name tags'),
  },
  key_secret: {
    ...classify(credentials, 'hash hint'),
    ...classify({ ...ownership, retention: '90-days' }, 'key replaced_at until'),
  },
  setting: classify(configuration, 'name value changed_at'),
  owner_setting: classify({ ...ownership, category: 'configuration', purpose: 'route' }, 'owner name value changed_at'),
  own_key: {
    ...classify(
      { ...ownership, purpose: 'route' },
      'id workspace upstream origin use place models keys disabled created_at changed_at',
    ),
    ...classify({ ...credentials, purpose: 'route', subject: 'workspace' }, 'sealed hint'),
    name: names,
  },
  upstream: {
    ...classify(configuration, 'name written offer origin enabled created_at changed_at'),
    ...classify({ ...credentials, purpose: 'route', subject: 'operator' }, 'sealed hint'),
  },
  endpoint_price: classify(configuration, 'endpoint since price set_at'),
  margin_day: classify({ ...operation, category: 'money', purpose: 'bill' }, 'day endpoint requests charge cost'),
  upstream_test: classify(operation, 'upstream at endpoint generation status ms fault'),
  upstream_object: classify({ ...ownership, purpose: 'route' }, 'id workspace kind upstream created_at expires_at'),
  endpoint_hint: classify(operation, 'endpoint instance at out_until first_content_ms millitokens_per_second'),
  endpoint_outage: classify(operation, 'endpoint since'),
  setup_link: classify({ ...credentials, subject: 'operator' }, 'hash expires_at used_at'),
  allowance: classify(
    ownership,
    'id owner workspace key unit window limit version ended_at model upstream zone counts rule end_user of_all',
  ),
  rate: classify(ownership, 'id workspace key unit model per_minute burst ended_at end_user'),
  rate_state: classify(allowances, 'rate level at'),
  allowance_window: classify(allowances, 'allowance window limit spent leased lowered_at'),
  allowance_warning: classify({ ...allowances, retention: '90-days' }, 'allowance window level at used limit told'),
  instance: classify(operation, 'id alive_until state'),
  lease: {
    ...classify(operation, 'id instance done state'),
    ...classify(allowances, 'allowance window granted posted'),
  },
  account: classify(books, 'id kind currency exponent balance'),
  transfer: classify(books, 'id kind at currency amount reference'),
  entry: classify(books, 'sequence transfer account amount balance_after'),
  settlement: classify(
    books,
    `generation wallet lease price_version input cached_input cache_write_5m cache_write_1h output reasoning audio_input
     audio_output audio_seconds images usage_source hold estimate charge cost payee payable state transfer ended_at operation`,
  ),
  operation: classify(
    { ...ownership, purpose: 'bill' },
    `id workspace key kind upstream object amount items endpoint price_version service_tier input_estimate state created_at
     expires_at ask_at ended_at`,
  ),
  operation_use: classify(allowances, 'operation allowance window amount'),
  refund: classify(books, 'transfer generation amount reason at'),
  open_transfer: classify(operation, 'transfer debits credits never'),
  never: classify(operation, 'one'),
  reconciliation: classify(operation, 'day at ok report'),
  provider_bill: classify(operation, 'upstream day model amount input output imported_at'),
  payment: classify(
    books,
    'id workspace kind provider session intent amount state booked refunded refund_booked dispute_booked created_at changed_at',
  ),
  payment_event: classify(operation, 'id kind at'),
  dispute: classify(books, 'id payment amount state'),
  invoice_counter: classify(operation, 'one last'),
  invoice: classify(books, 'number kind workspace payment transfer amount at'),
  payment_customer: classify(ownership, 'workspace customer method changed_at'),
  promo: classify(books, 'id workspace amount used returned expires_at source transfer ended_at'),
  promo_mark: classify(books, 'workspace spent'),
  redeem_code: {
    ...classify({ ...credentials, subject: 'operator' }, 'hash'),
    ...classify(books, 'amount promo_days expires_at created_at used_at workspace'),
  },
  adjustment: classify(
    books,
    'id workspace other amount reason proposed_by proposed_at confirmed_by confirmed_at transfer',
  ),
  markup_rule: classify(configuration, 'model seller workspace millionths changed_at'),
  settlement_loss: classify(books, 'generation account amount transfer'),
  price_version: classify({ ...configuration, retention: 'books' }, 'id endpoint price since number markup'),
  generation: classify(
    usageLog,
    `id workspace key model surface stream status end_reason fault endpoint price_version input cached_input
     cache_write_5m cache_write_1h output reasoning audio_input audio_output audio_seconds images usage_source disputed
     hold charge payable attempts plan excluded upstream_protocol dropped splices first_content_ms clamped_to trimmed started_at ended_at
     receipt_batch receipt_place own_key upstream_cost`,
  ),
  usage_hour: classify(
    usageLog,
    `workspace hour key model endpoint requests failed input cached_input cache_write_5m cache_write_1h output reasoning
     audio_input audio_output audio_seconds images charge own_key_cost`,
  ),
  usage_day: classify(
    usageLog,
    `workspace day key model endpoint requests failed input cached_input cache_write_5m cache_write_1h output reasoning
     audio_input audio_output audio_seconds images charge own_key_cost`,
  ),
  key_hour: classify({ ...abuseSigns, retention: 'two-weeks' }, 'key hour requests refused abandoned'),
  key_network: classify(
    { ...abuseSigns, retention: 'two-weeks', exportable: false },
    'key week network country first_at',
  ),
  key_end_users: classify({ ...abuseSigns, retention: 'two-weeks' }, 'key hour count'),
  overrun: classify({ ...abuseSigns, retention: 'a-day', subject: 'workspace' }, 'generation workspace endpoint at'),
  stopped_endpoint: classify({ ...ownership, purpose: 'operate' }, 'workspace endpoint since told lifted_at'),
  abuse_case: classify(
    abuseSigns,
    'id workspace key reason counted usual action state day opened_at until appealed_at decided_at',
  ),
  key_usage: classify(allowances, 'key requests charge own_key_cost'),
  key_use: classify({ ...allowances, purpose: 'explain', subject: 'key' }, 'key at network'),
  person_activity: classify(membership, 'person active_at told mail mail_at tries closes_at waits'),
  claim: classify({ ...usageLog, retention: 'a-day', exportable: false }, 'workspace name body generation created_at'),
  retention_run: classify(operation, 'subject cutoff rows oldest newest digest at'),
  legal_hold: classify(
    { ...ownership, purpose: 'explain', exportable: false, erasable: false },
    'id workspace owner reason review_at created_at ended_at',
  ),
  erasure: classify(
    erasureRecords,
    `id kind subject pseudonym address asked_by parent state asked_at purge_at due_at ended_at waits told facts receipt`,
  ),
  erasure_step: classify(erasureRecords, 'erasure place name rows done_at verified_at'),
  tombstone: classify({ ...erasureRecords, exportable: false }, 'hash kind at'),
  key_copy: classify(operation, 'path at'),
  agreement_acceptance: classify(ownership, 'workspace version hash annexes operator actor at'),
  policy_acceptance: classify(ownership, 'workspace version hash actor at'),
  mail_consent: classify(
    { ...membership, purpose: 'explain' },
    'id person wording given_at withdrawn_at withdrawn_way',
  ),
  news: classify(configuration, 'id subject text at'),
  news_person: classify({ ...membership, purpose: 'explain' }, 'news person mail mail_at'),
  notice: classify(configuration, 'id kind subject material at effective'),
  notice_person: classify({ ...membership, purpose: 'explain' }, 'notice person at seen_at mail mail_at'),
  webhook: {
    ...classify({ ...ownership, purpose: 'operate' }, 'id workspace events guarded old_until disabled failing_since'),
    ...classify({ ...ownership, purpose: 'operate' }, 'created_at changed_at'),
    ...classify({ ...credentials, subject: 'workspace' }, 'sealed old_sealed'),
    url: { ...names, purpose: 'operate' },
  },
  webhook_delivery: classify(
    { ...usageLog, purpose: 'operate', subject: 'workspace' },
    'id webhook workspace about event body at state tries next_at answer',
  ),
  alert_reader: classify({ ...membership, purpose: 'operate' }, 'person since'),
  alert_letter: classify(
    { ...membership, purpose: 'operate', retention: 'two-weeks' },
    'about person event body at mail mail_at',
  ),
  link_check: classify(configuration, 'url at status failures'),
  sub_processor: classify(configuration, 'name provider seller host since from_day reason'),
  page_view: classify(pageViews, 'hour path referrer country device browser views visitors'),
  privacy_case: {
    ...classify(
      rightsRows,
      'id register kind country workspace received_at due_at reminded closed_at outcome facts sealed person end_user',
    ),
    ...classify(privacyCases, 'seal_key message'),
  },
  restriction: classify({ ...rightsRows, retention: 'life' }, 'kind subject workspace activity since'),
  privacy_copy: {
    ...classify(
      { ...copies, exportable: true },
      'id person privacy_case state bytes parts hash created_at changed_at expires_at',
    ),
    ...classify(copies, 'seal_key'),
  },
  privacy_copy_part: classify(copies, 'copy place sealed'),
  inspection: classify(
    inspectionFacts,
    `id workspace reason ticket consent minutes requests_max state proposed_by confirmed_by consented_by public_key captured
     proposed_at opened_at ends_at closed_at tell_at told destroyed_at`,
  ),
  inspection_capture: {
    ...classify(
      { ...inspectionFacts, retention: 'a-day', exportable: false, erasable: true },
      'id inspection generation at request_bytes answer_bytes',
    ),
    sealed: sealedContent,
  },
  inspection_look: classify(inspectionFacts, 'id inspection capture person at'),
  trust_key: classify(operation, 'id public since until'),
  receipt_batch: classify({ ...operation, retention: '90-days' }, 'id key at size root signature facts leaves'),
  log_entry: classify(operation, 'place at kind subject body leaf'),
  log_head: classify(operation, 'one size root at key signature peaks'),
  change_head: classify(operation, 'one sequence'),
  change: classify(notices, 'sequence kind id at'),
  member: classify(membership, 'workspace person role since'),
  invitation: {
    ...classify(membership, 'id workspace role invited_by state created_at expires_at'),
    ...classify(sealedNames, 'email'),
    ...classify({ ...credentials, subject: 'person' }, 'email_hash token_hash'),
  },
  audit_entry: classify(
    { ...operation, subject: 'person', exportable: true },
    'scope place at actor action target outcome previous hash',
  ),
  audit_head: classify(operation, 'scope size hash'),
  operator_role: classify(membership, 'person role since'),
  job_leader: classify(operation, 'name holder until'),
};

function classify(as: DataClass, columns: string): Readonly<Record<string, DataClass>> {
  return Object.fromEntries(columns.split(/\s+/).map((column) => [column, as]));
}
