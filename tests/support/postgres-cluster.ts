import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A PostgreSQL of our own in a temporary folder, on a socket that only this user reaches. It ends with this process. */
export type Cluster = {
  /** The address of a database that exists. */
  url(database: string): string;
  /** Makes an empty database and returns its address. */
  createDatabase(from?: string): Promise<string>;
  /** Runs SQL as its superuser. */
  sql(statement: string, database?: string): string;
  /** The kernel's `kill -9` of all of it; `start` recovers. */
  kill(): Promise<void>;
  /** As an operator stops it: connections are cut. */
  stop(): Promise<void>;
  /** @param environment what the server sees beside ours: its calendar. */
  start(environment?: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
};

export type ClusterOptions = {
  /** Off: several times as fast, and a crash of the machine may lose something. */
  readonly isDurable?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
};

/** Where Debian keeps the server's programs, the newest version first; undefined when there is none. */
export function postgresPrograms(): string | undefined {
  const folders = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => versionOf(b) - versionOf(a));
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

function versionOf(folder: string): number {
  return Number(folder.split('/').at(-2));
}

export async function startCluster({ isDurable = false, settings = {} }: ClusterOptions = {}): Promise<Cluster> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const owner = ownerOfServer();
  if (owner) {
    chownSync(folder, owner.uid, owner.gid);
    // Root reaches the socket anyhow; nobody else shall.
    chmodSync(folder, 0o700);
  }
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'];
  execFileSync(join(programs, 'initdb'), initdb, { ...owner, stdio: 'ignore', cwd: '/' });
  const all = {
    listen_addresses: '',
    unix_socket_directories: folder,
    max_connections: '200',
    shared_buffers: '32MB',
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess | undefined;
  let made = 0;
  const url = (database: string) => `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`;
  const psql = (statement: string, database = 'postgres') =>
    execFileSync(
      join(programs, 'psql'),
      [
        '-h',
        folder,
        '-U',
        'postgres',
        '-X',
        '-q',
        '-A',
        '-t',
        '-v',
        'ON_ERROR_STOP=1',
        '-d',
        database,
        '-c',
        statement,
      ],
      { encoding: 'utf8', cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] },
    ).trim();
  const end = async (signal: NodeJS.Signals) => {
    const running = server;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  };
  const onExit = () => server?.kill('SIGQUIT');
  const cluster: Cluster = {
    url,
    async createDatabase(from) {
      made += 1;
      const name = `fairlead_${process.pid}_${made}`;
      psql(`create database ${name}${from === undefined ? '' : ` template ${from}`}`);
      return url(name);
    },
    sql: psql,
    async kill() {
      // The postmaster alone: its children notice, and end.
      await end('SIGKILL');
      await sleep(300);
    },
    stop: () => end('SIGINT'),
    async start(environment = {}) {
      await end('SIGQUIT');
      const args = ['-D', data, ...flags];
      server = spawnServer(join(programs, 'postgres'), { args, owner, environment });
      await untilReady(programs, folder);
    },
    async remove() {
      process.removeListener('exit', onExit);
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  process.on('exit', onExit);
  await cluster.start();
  return cluster;
}

/** The server refuses to run as root. Should this process be killed, the kernel ends it too. */
function spawnServer(program: string, { args, owner, environment }: ServerOptions): ChildProcess {
  const ids = owner ? [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'] : [];
  const isLinux = process.platform === 'linux';
  // A calendar is the server's alone: a program that changes its user in between would leave it what it may not open.
  const own = ['env', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`), program, ...args];
  const [command = '', ...all] = isLinux ? ['setpriv', ...ids, '--pdeathsig', 'QUIT', '--', ...own] : own;
  return spawn(command, all, { stdio: 'ignore', cwd: '/' });
}

type ServerOptions = {
  readonly args: readonly string[];
  readonly owner: Owner | undefined;
  readonly environment: Readonly<Record<string, string>>;
};

type Owner = { readonly uid: number; readonly gid: number };

function ownerOfServer(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function untilReady(programs: string, folder: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      execFileSync(join(programs, 'pg_isready'), ['-h', folder, '-q'], { stdio: 'ignore' });
      return;
    } catch {
      if (Date.now() > until) throw new Error('PostgreSQL did not start within a minute');
      await sleep(50);
    }
  }
}
