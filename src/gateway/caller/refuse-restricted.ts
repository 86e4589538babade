import { Fault } from '#core/generation/fault.ts';
import { endUserOf } from '#core/protocol/end-user.ts';
import type { Decoded } from '../attempt/passage.ts';
import type { Gateway } from '../gateway.ts';
import type { Caller } from './callers.ts';

/** For end users who asked for that nothing is processed. A key whose workspace has none of them pays nothing for the question. */
export function refuseRestricted(
  { restrictedEndUsers, workspace }: Pick<Caller, 'restrictedEndUsers' | 'workspace'>,
  { body, facts }: Pick<Decoded, 'body' | 'facts'>,
  gateway: Pick<Gateway, 'pseudonym'>,
): void {
  if (restrictedEndUsers === undefined) return;
  const name = endUserOf(body, facts);
  if (name !== undefined && restrictedEndUsers.has(gateway.pseudonym(workspace, name))) {
    throw new Fault('processing-restricted');
  }
}

export function isRestricted(thrown: unknown): boolean {
  return thrown instanceof Fault && thrown.fault === 'processing-restricted';
}
