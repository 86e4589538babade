import type { Deadlines } from '#core/generation/deadlines.ts';
import type { DeadlineSettings } from './file-schema.ts';

const defaultDeadlines: Deadlines = {
  totalMs: 600_000,
  connectMs: 5_000,
  firstContentMs: 60_000,
  failoverMs: 10_000,
  retryBackoffMs: 200,
  retryAfterMs: 3_000,
  ejectMs: 30_000,
  probeMs: 10_000,
  wholeMs: 300_000,
  stallMs: 60_000,
  heartbeatMs: 15_000,
  callerHeadMs: 10_000,
  callerBodyMs: 10_000,
  callerWriteMs: 60_000,
  queueMs: 1_000,
  overloadMs: 3_000,
  drainAcceptMs: 2_000,
  drainMs: 600_000,
};

export function toDeadlines(settings: DeadlineSettings): Deadlines {
  const wait = (set: number | undefined, otherwise: number) =>
    Math.ceil((set ?? otherwise) / (settings.divide_by ?? 1));
  return {
    totalMs: wait(settings.total_ms, defaultDeadlines.totalMs),
    connectMs: wait(settings.connect_ms, defaultDeadlines.connectMs),
    firstContentMs: wait(settings.first_content_ms, defaultDeadlines.firstContentMs),
    failoverMs: wait(settings.failover_ms, defaultDeadlines.failoverMs),
    retryBackoffMs: wait(settings.retry_backoff_ms, defaultDeadlines.retryBackoffMs),
    retryAfterMs: wait(settings.retry_after_ms, defaultDeadlines.retryAfterMs),
    ejectMs: wait(settings.eject_ms, defaultDeadlines.ejectMs),
    probeMs: wait(settings.probe_ms, defaultDeadlines.probeMs),
    wholeMs: wait(settings.whole_ms, defaultDeadlines.wholeMs),
    stallMs: wait(settings.stall_ms, defaultDeadlines.stallMs),
    heartbeatMs: wait(settings.heartbeat_ms, defaultDeadlines.heartbeatMs),
    callerHeadMs: wait(settings.caller_head_ms, defaultDeadlines.callerHeadMs),
    callerBodyMs: wait(settings.caller_body_ms, defaultDeadlines.callerBodyMs),
    callerWriteMs: wait(settings.caller_write_ms, defaultDeadlines.callerWriteMs),
    queueMs: wait(settings.queue_ms, defaultDeadlines.queueMs),
    overloadMs: wait(settings.overload_ms, defaultDeadlines.overloadMs),
    drainAcceptMs: wait(settings.drain_accept_ms, defaultDeadlines.drainAcceptMs),
    drainMs: wait(settings.drain_ms, defaultDeadlines.drainMs),
  };
}
