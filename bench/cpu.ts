// CPU time and memory of a process and all its children, from Linux's /proc, CPU by thread.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const threadGroups = ['gateway', 'journal', 'keeper', 'console', 'rest'] as const;
export type ThreadGroup = (typeof threadGroups)[number];
export type CpuMicros = Readonly<Record<ThreadGroup, number>>;

// `schedstat` counts nanoseconds; `stat` has the same time in ticks of 10 ms, and is everywhere.
const isFine = existsSync('/proc/self/schedstat');
const microsPerTick = 10_000;
export const cpuSource = isFine ? 'schedstat (ns)' : 'stat (ticks of 10 ms)';

// Over all living threads. One that ended between two readings would be missing; these programs keep theirs.
export function readCpu(rootPid: number): CpuMicros {
  const sum = { gateway: 0, journal: 0, keeper: 0, console: 0, rest: 0 };
  for (const pid of processTree(rootPid)) {
    for (const thread of listDirectory(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      const stat = readStat(`${folder}/stat`);
      if (stat === undefined) continue;
      const group = Number(thread) === pid ? 'gateway' : groupOf(stat.name);
      sum[group] += isFine ? readFineMicros(folder) : stat.cpuMicros;
    }
  }
  return sum;
}

export function cpuPerUnit(before: CpuMicros, after: CpuMicros, units: number): CpuMicros {
  const each = (group: ThreadGroup) => (after[group] - before[group]) / units;
  return {
    gateway: each('gateway'),
    journal: each('journal'),
    keeper: each('keeper'),
    console: each('console'),
    rest: each('rest'),
  };
}

export function sumOf(cpu: CpuMicros): number {
  return threadGroups.reduce((sum, group) => sum + cpu[group], 0);
}

export function residentMegabytes(rootPid: number): number {
  let kilobytes = 0;
  for (const pid of processTree(rootPid)) {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`));
    kilobytes += Number(line?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

export function processTree(rootPid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of listDirectory('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(`/proc/${entry}/stat`);
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(entry)]);
  }
  const tree = [rootPid];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function groupOf(name: string): ThreadGroup {
  // The journal's disk has a thread of its own.
  if (name.startsWith('journal')) return 'journal';
  return threadGroups.find((group) => group === name) ?? 'rest';
}

type Stat = { readonly name: string; readonly parent: number; readonly cpuMicros: number };

// `pid (name) state parent …`: a name may hold spaces and brackets, so the fields are counted from the last bracket.
function readStat(path: string): Stat | undefined {
  const text = readText(path);
  const nameEnd = text.lastIndexOf(')');
  if (nameEnd === -1) return undefined;
  const fields = text.slice(nameEnd + 2).split(' ');
  return {
    name: text.slice(text.indexOf('(') + 1, nameEnd),
    parent: Number(fields[1]),
    cpuMicros: (Number(fields[11]) + Number(fields[12])) * microsPerTick,
  };
}

function readFineMicros(folder: string): number {
  return Number(readText(`${folder}/schedstat`).split(' ')[0] ?? 0) / 1000;
}

// A process or thread that ends between listing and reading reads as nothing.
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
