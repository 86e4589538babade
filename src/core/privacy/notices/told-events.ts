// What webhooks and letters tell of, in closed words. None carries content: names, ids, amounts and instants alone.

/** What a workspace may hear of: what concerns it. */
export const workspaceEvents = [
  'policy-announced',
  'sub-processor-announced',
  'limit-nearly-reached',
  'key-stopped',
  'abuse-suspected',
  'endpoint-stopped',
] as const;

/** What concerns the whole of this Fairlead; its operator hears of what concerns a workspace as well. */
export const operatorEvents = [
  ...workspaceEvents,
  'endpoint-out',
  'endpoint-back',
  'credential-out',
  'credential-back',
  'data-policy-grows-old',
  'privacy-case-due',
  'erasure-late',
  'books-wrong',
] as const;

export type ToldEvent = (typeof operatorEvents)[number];

export function isTold(event: string): event is ToldEvent {
  return operatorEvents.some((each) => each === event);
}

export function isOfWorkspaces(event: ToldEvent): boolean {
  return workspaceEvents.some((each) => each === event);
}

/** Of which operators who want it get a letter: that an endpoint or a credential is out, and that it is back. */
export const outageEvents: readonly string[] = [
  'endpoint-out',
  'endpoint-back',
  'credential-out',
  'credential-back',
] satisfies readonly ToldEvent[];

/** How long after the n-th try, counted from 0, the next one is due; undefined: there is none. */
export function retryAfterMs(tries: number): number | undefined {
  return tries < triesMax ? Math.min(5_000 * 5 ** (tries - 1), 12 * 3_600_000) : undefined;
}

const triesMax = 10;

/** An address at which nothing was taken for so long, however often it was tried, is asked no more. */
export const failingMsMax = 5 * 86_400_000;
