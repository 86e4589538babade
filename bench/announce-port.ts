import type { AddressInfo, Server } from 'node:net';

// A child of the bench says its port in one line and ends when the bench is gone, even if that was killed.
export function announcePort(server: Server): void {
  const { port } = server.address() as AddressInfo; // A TCP server that listens has no other form of address.
  process.stdout.write(`${JSON.stringify({ port })}\n`);
  process.stdin.resume().on('end', () => process.exit(0));
}
