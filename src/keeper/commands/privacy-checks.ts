import type { SignedValue } from '#core/trust/canonical-json.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

/** What a check counted, beside whether it found anything. */
const counts = ['requests', 'answered', 'surfaces', 'faults', 'tokens', 'forms', 'found'] as const;
const scannedCounts = ['files', 'bytes', 'rows', 'answers'] as const;

/** Enters what `fairlead verify privacy` found into the log of promises, whose heads are signed. Numbers alone: no hit is named. */
export async function enterPrivacyCheck({ store, trust, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const scanned = new Arguments(typeof given === 'object' && given !== null && 'scanned' in given ? given.scanned : {});
  const body: Record<string, SignedValue> = {
    at: now(),
    day: new Date(now()).toISOString().slice(0, 10),
    version: args.text('version', 'which release was checked', 40),
    log: scanned.optionalFlag('log', 'whether a log was scanned') === true,
  };
  for (const name of counts) body[name] = countIn(args, name);
  for (const name of scannedCounts) body[name] = countIn(scanned, name);
  body.ok = body.found === 0;
  const head = await trust.enter([{ kind: 'check', subject: 'privacy', body }], now());
  const last = (await store.trust.entriesOf('check')).at(-1);
  return { place: last?.place ?? null, head };
}

/** The last check, as the log has it; null: there was none. */
export async function showPrivacyCheck({ store }: CommandContext) {
  const last = (await store.trust.entriesOf('check')).at(-1);
  return last ? { place: last.place, ...(last.body as object) } : null;
}

function countIn(args: Arguments, name: string): number {
  const count = args.optionalCount(name, name);
  if (count === undefined) throw new Refused(`Say ${name}.`);
  return count;
}
