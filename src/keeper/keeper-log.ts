/** What the keeper has to say for the log: closed event names; ids, numbers and closed words only. */
export type KeeperLog = (
  event: KeeperEvent,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

export type KeeperEvent =
  | 'keeper-started'
  | 'keeper-stopped'
  | 'keeper-died'
  | 'keeper-refused-start'
  | 'keeper-task-failed'
  | 'keeper-message-broken'
  | 'keeper-record-broken'
  | 'keeper-post-failed'
  | 'keeper-posted-late'
  | 'keeper-peer-too-slow'
  | 'support-channel-missing'
  | 'privacy-case-due'
  | 'data-policy-grows-old'
  | 'books-right'
  | 'books-wrong'
  | 'alert-not-sent'
  | 'abuse-suspected'
  | 'limit-nearly-reached'
  | 'endpoint-stopped'
  | 'erasure-done'
  | 'erasure-late'
  | 'erasures-replayed'
  | 'instance-fenced'
  | 'instance-recovered'
  | 'instance-forgotten'
  | 'journal-torn'
  | 'retention-dropped'
  | 'top-up-failed'
  | 'webhook-disabled';

/** What may be told of an unknown error: its class, its code and where it was thrown, never its message. */
export function faultFields(thrown: unknown): { readonly fault: string; readonly where: string } {
  if (!(thrown instanceof Error)) return { fault: typeof thrown, where: '' };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` ${thrown.code}` : '';
  const frame = thrown.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? '';
  return { fault: `${thrown.name}${code}`, where: frame.trim().slice(0, 300) };
}
