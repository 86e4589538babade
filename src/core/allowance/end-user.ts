/**
 * Limits of end users (MONEY §4): a workspace writes a rule, and each of its end users gets a row of their own, named by rule
 * and pseudonym. Nothing of it is leased ahead, since nobody knows who comes back.
 */

/** Whoever named no end user, and everybody beyond the first ten thousand. */
export const otherEndUsers = 'others';

/** Rows of end users that a workspace may have at a time. */
export const endUsersMax = 10_000;

const between = '/';

/** The id of what one end user has of a rule. */
export function endUserAllowance(rule: string, endUser: string): string {
  return `${rule}${between}${endUser}`;
}

/** The rule of an end user's row; undefined: the id is of something else. */
export function ruleOf(id: string): string | undefined {
  const at = id.indexOf(between);
  return at < 0 ? undefined : id.slice(0, at);
}
