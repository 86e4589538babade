import { createServer, type Socket } from 'node:net';

export type SmtpDouble = {
  /** Letters as they came, one text each. */
  readonly received: readonly string[];
  /** The line of fairlead.yaml that sends letters here. */
  readonly mail: string;
  /** What it says when it hears who is to read a letter. */
  toReader: string;
};

/** A mail server that takes every letter, until it is told to say something else. */
export async function startSmtpDouble(cleanup: { after(last: () => unknown): unknown }): Promise<SmtpDouble> {
  const received: string[] = [];
  const double = { received, mail: '', toReader: '250 fine' };
  const server = createServer((socket) => talkSmtp(socket, double, (text) => received.push(text)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.after(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the mail server listens nowhere');
  double.mail = `mail: { smtp: "smtp://127.0.0.1:${address.port}", from: "Fairlead <no-reply@example.org>" }\n`;
  return double;
}

/** What a mail server says to one letter. */
function talkSmtp(socket: Socket, says: Pick<SmtpDouble, 'toReader'>, took: (text: string) => void): void {
  let [waiting, letter] = ['', ''];
  let isLetter = false;
  socket.write('220 double\r\n');
  socket.setEncoding('utf8').on('data', (piece: string) => {
    waiting += piece;
    for (let at = waiting.indexOf('\r\n'); at !== -1; at = waiting.indexOf('\r\n')) {
      const line = waiting.slice(0, at);
      waiting = waiting.slice(at + 2);
      if (isLetter && line === '.') {
        isLetter = false;
        took(letter.replace(/=\n/g, ''));
        socket.write('250 taken\r\n');
      } else if (isLetter) letter += `${line}\n`;
      else if (/^data/i.test(line)) {
        isLetter = true;
        socket.write('354 go on\r\n');
      } else if (/^quit/i.test(line)) socket.end('221 bye\r\n');
      else socket.write(`${/^rcpt/i.test(line) ? says.toReader : '250 fine'}\r\n`);
    }
  });
  socket.on('error', () => {});
}
