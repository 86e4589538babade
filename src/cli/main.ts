import { sentenceOf } from './sentence-of.ts';

/**
 * The command line. `start` is the one that people wait for, so it loads nothing that only the other commands need;
 * `--help` and misspelt options are for those to answer.
 */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    process.exitCode = await dispatch(argv);
  } catch (thrown) {
    process.stderr.write(`${sentenceOf(thrown)}\n`);
    process.exitCode = 1;
  }
  // Threads of a server that ended, or could not start, must not keep the process.
  if (argv[0] === 'start') process.exit();
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [command, ...options] = argv;
  if (command === 'start' && options.every((option) => option === '--json')) {
    const { run } = await import('#main.ts');
    return await run({ json: options.length > 0, workers: 1, role: 'all' });
  }
  // Whoever reads us may stop before the end, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const { runProgram } = await import('./program.ts');
  return await runProgram(argv);
}
