/** What was looked at, and what was found. */
export type Finding = {
  readonly check: string;
  /** `warn`: it works, and somebody should know. */
  readonly state: 'ok' | 'warn' | 'wrong';
  readonly says: string;
};

export const fine = (check: string, says: string): Finding => ({ check, state: 'ok', says });
export const warn = (check: string, says: string): Finding => ({ check, state: 'warn', says });
export const wrong = (check: string, says: string): Finding => ({ check, state: 'wrong', says });
