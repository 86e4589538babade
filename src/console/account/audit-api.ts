import type { AuditEntry } from '#core/trust/audit-chain.ts';
import type { RunCommand } from '../command-link.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';

const pageMax = 500;
/** A log that is longer is read part by part. */
const exportMax = 100_000;

/** The log of what was changed in a scope: a workspace, or `operator`. */
export class AuditApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  async page(scope: string, { before, limit }: { before?: string; limit?: string }): Promise<AccountAnswer> {
    const isCount = (text: string | undefined) => text === undefined || /^\d{1,9}$/.test(text);
    if (!isCount(before) || !isCount(limit)) return refusal(400, 'Say "before" and "limit" as whole numbers.');
    const listed = await this.#command('audit-list', { scope, before, limit });
    if ('refused' in listed) return refusal(503, listed.refused);
    return { status: 200, body: { data: (listed.value as readonly AuditEntry[]).map(shown) } };
  }

  /** Each line an entry as it was hashed, so that whoever has them all can check the chain; where more follow, the last line says from which place. */
  async export(scope: string, { from = '0' }: { from?: string }): Promise<AccountAnswer> {
    if (!/^\d{1,9}$/.test(from)) return refusal(400, 'Say "from" as a whole number: the first place.');
    const lines: string[] = [];
    let isWhole = false;
    while (!isWhole && lines.length < exportMax) {
      const listed = await this.#command('audit-list', { scope, from: Number(from) + lines.length });
      if ('refused' in listed) return refusal(503, listed.refused);
      const entries = listed.value as readonly AuditEntry[];
      lines.push(...entries.map((entry) => `${JSON.stringify(entry)}\n`));
      isWhole = entries.length < pageMax;
    }
    if (!isWhole) lines.push(`${JSON.stringify({ next: Number(from) + lines.length })}\n`);
    return { status: 200, body: {}, text: { type: 'application/jsonl', content: lines.join('') } };
  }
}

function shown({ at, scope: _, ...entry }: AuditEntry) {
  return { ...entry, at: new Date(at).toISOString() };
}
