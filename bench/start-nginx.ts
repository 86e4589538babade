// Debian's nginx as a plain reverse proxy: our own configuration, process and folder; the system's service is not used.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Candidate, gatewayCore } from './candidate.ts';
import { findFreePort, waitUntilListening } from './free-port.ts';
import type { Processes } from './processes.ts';

export async function startNginx(processes: Processes, upstream: Candidate, nginx: string | undefined) {
  if (nginx === undefined) throw new Error('nginx is not installed');
  const port = await findFreePort();
  const folder = join(processes.folder, 'nginx');
  mkdirSync(folder);
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, configure(folder, port, new URL(upstream.origin).host));
  const args = ['-p', folder, '-c', config, '-e', join(folder, 'error.log')];
  const started = processes.start({ name: 'nginx', file: nginx, args, core: gatewayCore });
  await waitUntilListening(port, 5000);
  const headers = { authorization: 'Bearer sk-caller' };
  const origin = `http://127.0.0.1:${port}`;
  const candidate: Candidate = { name: 'nginx', pid: started.pid, origin, headers, modelPrefix: '', end: started.end };
  return candidate;
}

function configure(folder: string, port: number, upstream: string): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `${user}
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 120s; client_body_buffer_size 64k;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  upstream cheap { server ${upstream}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://cheap; proxy_http_version 1.1; proxy_buffering off;
      proxy_set_header Connection ""; proxy_set_header Authorization "Bearer sk-upstream";
    }
  }
}
`;
}
