/**
 * What a cloud's addresses and signatures need beside a key. Credentials: nothing of it is shown, logged or sent to the
 * keeper.
 */
export type CloudAccess =
  | { readonly cloud: 'bedrock'; readonly region: string; readonly awsKey: AwsKey }
  | {
      readonly cloud: 'vertex';
      readonly project: string;
      readonly location: string;
      /** Undefined: a key of the API is sent as it is. */
      readonly serviceAccount: ServiceAccount | undefined;
    };

export type AwsKey = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
};

/** Who signs for access tokens, and where they are given. */
export type ServiceAccount = {
  readonly email: string;
  /** PEM. */
  readonly privateKey: string;
  readonly privateKeyId: string | undefined;
  readonly tokenUrl: string;
};
