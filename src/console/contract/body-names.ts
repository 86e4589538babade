/** The names of the schemas in `bodies.ts`: apart from them, so that a page that knows the routes need not load a validator. */
export type BodyName =
  | 'me'
  | 'proof'
  | 'sign-up'
  | 'workspace'
  | 'role'
  | 'invitation'
  | 'token'
  | 'key'
  | 'markup'
  | 'decision'
  | 'operator'
  | 'policy-version';
