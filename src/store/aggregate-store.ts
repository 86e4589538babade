/** What many workspaces did together, about endpoints alone. */
export type AggregateStore = {
  /** Days, since 1970, of endpoints that so many workspaces used at least: fewer would tell of one of them. */
  endpointDays(fromDay: number, workspacesMin: number): Promise<readonly EndpointDay[]>;
  /** The newest answers since then: how long the first content took, by endpoint. */
  firstContents(since: number, max: number): Promise<ReadonlyMap<string, readonly number[]>>;
};

export type EndpointDay = {
  readonly day: number;
  readonly endpoint: string;
  readonly requests: number;
  readonly failed: number;
};
