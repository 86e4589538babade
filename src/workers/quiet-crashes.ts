import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/**
 * What memory holds stays there when this process ends badly: it writes no core dump, what another limit lets a kernel write
 * has none of its memory, and Node writes no report of its own. Children inherit the first two.
 */
export function keepCrashesQuiet(): void {
  const { report } = process;
  if (report) {
    report.reportOnFatalError = false;
    report.reportOnUncaughtException = false;
    report.reportOnSignal = false;
    report.excludeEnv = true;
  }
  if (process.platform !== 'linux') return;
  try {
    // core(5): which mappings a dump has. None of them: what is left are registers.
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // A kernel without it has only the limit.
  }
  // Node cannot set its own limits. Where util-linux is missing, the filter stands alone.
  execFile('prlimit', ['--pid', String(process.pid), '--core=0:'], () => {});
}
