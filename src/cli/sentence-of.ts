/**
 * What a person at the command line reads when something went wrong: the sentence that our own errors carry. Of
 * anything else its class, its code and where it was thrown, since foreign messages may quote what nobody should see.
 */
export function sentenceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'Something went wrong.';
  if ('sentence' in thrown && typeof thrown.sentence === 'string') return thrown.sentence;
  if (thrown.name === 'ConfigProblem') return thrown.message;
  if ('code' in thrown && ['EACCES', 'EPERM', 'EROFS'].includes(String(thrown.code))) {
    return 'The data directory cannot be read and written by this user: check its owner and permissions, or set FAIRLEAD_DATA.';
  }
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` ${thrown.code}` : '';
  const frame =
    thrown.stack
      ?.split('\n')
      .find((line) => line.trimStart().startsWith('at '))
      ?.trim() ?? '';
  return `Something went wrong: ${thrown.name}${code} ${frame}`;
}
