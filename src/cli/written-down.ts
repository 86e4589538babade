import type { AskKeeper } from './keeper-client.ts';

/** Commands that only look; every other one, new ones too, is entered into the operators' log of changes. */
const looks =
  /^(explain|models|usage|retention|offer|sub-processors|audit-append|endpoint-disclosures)$|-(list|show|check|page|head|entries|proof|keys|warnings|accounts|statement|trial-balance|state|of)$/;

/** What is done on the command line is entered before it is done, as a change over the account API is. */
export function writtenDown(ask: AskKeeper): AskKeeper {
  return async (name, args) => {
    if (looks.test(name)) return await ask(name, args);
    const entry = { scope: 'operator', actor: 'command-line', action: name, target: idIn(args) };
    await ask('audit-append', entry);
    try {
      const answer = await ask(name, args);
      const made = idIn(answer);
      if (entry.target === undefined && made !== undefined) {
        const target = [made, usdIn(args)].join(' ').trim();
        await ask('audit-append', { ...entry, target, outcome: 'done' }).catch(() => {});
      }
      return answer;
    } catch (thrown) {
      await ask('audit-append', { ...entry, outcome: 'refused' }).catch(() => {});
      throw thrown;
    }
  };
}

/** What money was moved, where the command says so. */
function usdIn(args: unknown): string {
  const given: object = typeof args === 'object' && args !== null ? args : {};
  return 'usd' in given && typeof given.usd === 'string' && /^-?[0-9.]{1,30}$/.test(given.usd) ? given.usd : '';
}

/** Ids alone: a name may be somebody's. */
function idIn(args: unknown): string | undefined {
  const given: object = typeof args === 'object' && args !== null ? args : {};
  const texts = Object.values(given).filter((value) => typeof value === 'string');
  return texts.find((text) => /^[a-z]{2,4}_[0-9A-Za-z]{8,40}$/.test(text));
}
