import type { AskKeeper } from '../keeper-client.ts';
import { printJson, printPlainly } from '../print.ts';
import { isWell, lookAround } from './look-around.ts';

/** Prints what was found; the exit status says whether something is wrong. */
export async function showFindings(ask: AskKeeper, { json }: { readonly json?: boolean }): Promise<number> {
  const findings = await lookAround(ask);
  if (json) printJson(findings);
  else printPlainly(findings);
  return isWell(findings) ? 0 : 1;
}
