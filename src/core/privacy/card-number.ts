/** Digits of a payment card, as people write them: 13 to 19, in groups or not. */
const pattern = /(?<!\w|\d\.)(?:\d[ -]?){12,18}\d(?!\w|\.\d)/g;

/** Networks begin with these: without it every sixteenth long number would pass for a card. */
const networks = /^(?:4|5[1-5]|2[2-7]|3[47]|30|36|38|6)/;

/** Whether a text holds what a payment card's number looks like, its check digit included. */
export function holdsCardNumber(text: string): boolean {
  for (const [found] of text.matchAll(pattern)) {
    const digits = found.replace(/[ -]/g, '');
    if (networks.test(digits) && isLuhn(digits)) return true;
  }
  return false;
}

/** ISO/IEC 7812-1, annex B. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
