/** What the simulator knows of one request when it is over. Tests hold our ledger against these lines. */
export type ServedLine = {
  readonly at: string;
  readonly model: string;
  readonly protocol: string;
  readonly stream: boolean;
  readonly status: number;
  readonly input: number;
  readonly cached: number;
  /** Output tokens of the whole answer, reasoning included; `sent` is how many of them left the socket. */
  readonly output: number;
  readonly reasoning: number;
  readonly sent: number;
  readonly ended: 'completed' | 'aborted' | 'fault';
};
