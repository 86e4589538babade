/** What went wrong in the browser itself, in words of ours: its own are for developers. */
export class OwnFault extends Error {
  override readonly name = 'OwnFault';
}
