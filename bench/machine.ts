// Where and with what it was measured: no figure is worth reading without it.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Tools, versionOf } from './tools.ts';

export function describeMachine(tools: Tools): Readonly<Record<string, string>> {
  return {
    processor: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `Linux ${release()}`,
    node: process.version,
    nginx: versionOf(tools.nginx, ['-v'], /nginx\/([\d.]+)/),
    wrk: versionOf(tools.wrk, ['-v'], /wrk (\S+)/),
    portkey: portkeyVersion(),
    'load average before': loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
  };
}

function portkeyVersion(): string {
  const file = join(import.meta.dirname, 'node_modules', '@portkey-ai', 'gateway', 'package.json');
  try {
    return String(JSON.parse(readFileSync(file, 'utf8')).version);
  } catch {
    return 'missing';
  }
}
