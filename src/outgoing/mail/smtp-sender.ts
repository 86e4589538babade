import type { Transporter } from 'nodemailer';

export type SmtpOptions = {
  /** `smtp://host:587` or `smtps://host:465`, with user and password where the server wants them. */
  readonly url: string;
  /** Who it is from, such as `Fairlead <no-reply@ai.example.com>`. */
  readonly from: string;
};

export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Where a program that reads mail ends letters of this kind with one click (RFC 8058). */
  readonly stop?: string;
};

const deadlines = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 } as const;

/** Sends mail to the operator's SMTP server, one after the other; the library is loaded with the first. Without TLS only to this machine. */
export class SmtpSender {
  readonly #options: SmtpOptions;
  #transport: Promise<Transporter> | undefined;

  constructor(options: SmtpOptions) {
    this.#options = options;
  }

  /**
   * `refused`: the server will never take it (RFC 5321 §4.2.1, 5yz); `no-reader`: since it says that nobody reads at this address.
   * Rejects when it does not take it now.
   */
  async send({ to, subject, text, stop }: Mail): Promise<'taken' | 'refused' | 'no-reader'> {
    this.#transport ??= this.#open().catch((thrown: unknown) => {
      this.#transport = undefined;
      throw thrown;
    });
    const transport = await this.#transport;
    const from = this.#options.from;
    try {
      // Files and addresses in a letter are never fetched: letters are texts of our own.
      const fetching = { disableFileAccess: true, disableUrlAccess: true };
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        headers: stopHeaders(stop),
        ...fetching,
      });
      return 'taken';
    } catch (thrown) {
      if (isOfReader(thrown)) return 'no-reader';
      if (isForGood(thrown)) return 'refused';
      throw thrown;
    }
  }

  async #open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const { protocol, hostname, port, username, password } = new URL(this.#options.url);
    const isTls = protocol === 'smtps:';
    const isHere = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
    return createTransport({
      ...deadlines,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (isTls ? 465 : 587) : Number(port),
      secure: isTls,
      requireTLS: !isTls && !isHere,
      ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    });
  }
}

function stopHeaders(stop: string | undefined): Readonly<Record<string, string>> {
  if (stop === undefined) return {};
  return { 'List-Unsubscribe': `<${stop}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}

function isForGood(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'responseCode' in thrown ? thrown.responseCode : undefined;
  return typeof code === 'number' && code >= 500 && code <= 599;
}

/** RFC 3463: 5.1 and 5.2 are of an address and its mailbox. Other classes are of who sends, such as a wrong password of ours. */
function isOfReader(thrown: unknown): boolean {
  const { command, response } = thrown as { readonly command?: unknown; readonly response?: unknown };
  return command === 'RCPT TO' && /^55[013][ -](?:5\.[12]\.|(?!\d\.\d))/.test(String(response));
}
