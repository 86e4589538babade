/** What an invoice says. Amounts are decimal texts. */
export type InvoiceText = {
  readonly number: string;
  readonly title: string;
  /** ISO date. */
  readonly date: string;
  readonly issuer: readonly string[];
  readonly customer: readonly string[];
  readonly line: string;
  readonly amount: string;
  readonly notes: readonly string[];
};

const pageHeight = 842;
const left = 56;
const right = 380;

/**
 * One page of PDF, of the fonts that every reader has: text at places, and nothing else. Bytes are the characters of
 * Latin-1; what is none of them becomes a question mark.
 */
export function invoicePdf(invoice: InvoiceText): string {
  const rows: Row[] = [];
  let top = pageHeight - 72;
  const put = (text: string, { x = left, size = 10, bold = false, step = 15 } = {}) => {
    rows.push({ x, y: top, size, bold, text });
    top -= step;
  };
  for (const line of invoice.issuer) put(line);
  top -= 24;
  put(`${invoice.title} ${invoice.number}`, { size: 18, bold: true, step: 26 });
  put(`Date: ${invoice.date}`, { step: 24 });
  put('For:', { bold: true });
  for (const line of invoice.customer) put(line);
  top -= 24;
  put('What', { bold: true, step: 0 });
  put('USD', { x: right, bold: true, step: 18 });
  put(invoice.line, { step: 0 });
  put(invoice.amount, { x: right, step: 24 });
  put('Total', { bold: true, step: 0 });
  put(invoice.amount, { x: right, bold: true, step: 36 });
  for (const line of invoice.notes) put(line, { size: 9, step: 13 });
  return document(rows.map(toOperators).join('\n'));
}

type Row = {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly bold: boolean;
  readonly text: string;
};

function toOperators({ x, y, size, bold, text }: Row): string {
  return `BT /${bold ? 'F2' : 'F1'} ${size} Tf ${x} ${y} Td (${escaped(text)}) Tj ET`;
}

function escaped(text: string): string {
  const known = [...text.slice(0, 120)].map((character) =>
    /^[\x20-\x7e\xa0-\xff]$/.test(character) ? character : '?',
  );
  return known.join('').replace(/[\\()]/g, '\\$&');
}

/** Objects, then a table of where each begins: readers find everything by it. */
function document(content: string): string {
  const font = (name: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 ${pageHeight}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
  ];
  let text = '%PDF-1.4\n';
  const starts: number[] = [];
  for (const [index, object] of objects.entries()) {
    starts.push(text.length);
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const table = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return `${text}xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
}
