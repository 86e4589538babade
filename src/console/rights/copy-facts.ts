import type { HeldKind } from '#core/privacy/rights/article-15.ts';
import type { RunCommand } from '../command-link.ts';
import type { SignedIn } from '../people/library-door.ts';
import { answerOf } from './copy-tables.ts';

/** What a copy says beside the rows: GDPR, Article 15(1). */
export type CopyFacts = {
  readonly of: { readonly id: string; readonly name: string; readonly email: string };
  readonly made_at: string;
  readonly operator: { readonly name: string; readonly contact: string; readonly jurisdiction: string };
  readonly recipients: readonly Recipient[];
  readonly transfers: readonly unknown[];
};

export type Recipient = {
  readonly name: string;
  readonly role: string;
  readonly receives: string;
  readonly region: string;
};

export type CopiedTable = {
  readonly kind: HeldKind;
  readonly rows: number;
  /** Names in the archive. */
  readonly files: readonly string[];
};

type Policy = {
  readonly fields: { readonly operator: string; readonly contact: string; readonly jurisdiction: string };
} | null;

export async function copyFacts(command: RunCommand, me: SignedIn, now: number): Promise<CopyFacts> {
  const fields = answerOf<Policy>(await command('policy-show', {}))?.fields;
  const recipients = answerOf<readonly Recipient[]>(await command('sub-processors', {}));
  return {
    of: { id: me.id, name: me.name, email: me.email },
    made_at: new Date(now).toISOString(),
    operator: {
      name: fields?.operator ?? 'the operator of this service',
      contact: fields?.contact ?? 'the operator of this service',
      jurisdiction: fields?.jurisdiction ?? 'unknown',
    },
    recipients: recipients.map(({ name, role, receives, region }) => ({ name, role, receives, region })),
    transfers: answerOf<readonly unknown[]>(await command('transfers', {})),
  };
}
