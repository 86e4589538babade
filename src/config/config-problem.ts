/**
 * Why this configuration cannot be used: one sentence that names file, line, key and remedy.
 * It never holds a value from the environment or the file, only names, lines and our own words.
 */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
}
