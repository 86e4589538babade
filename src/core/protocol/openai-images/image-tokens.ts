// What a picture is in tokens: https://platform.openai.com/docs/guides/image-generation#cost-and-latency.

/** The dearest square of 1,024 pixels is 4,160 tokens, the dearest of the long ones 6,240. This is above both. */
const tokensPerSquareMax = 5_500;
const squarePixels = 1_024 * 1_024;
const longPixels = 1_536 * 1_024;
const pixelsMax = 8_192 * 8_192;
/** A sketch on the way to a picture is a hundred. */
const tokensPerSketch = 100;

/** What is typical where nobody reports it. */
export const tokensPerImageLikely = 1_056;

/** The most that one picture of this size can be. */
export function tokensPerImageMax(size: string | undefined, sketches: number): number {
  const pixels = pixelsOf(size);
  return (
    Math.ceil((Math.max(pixels, squarePixels / 4) / squarePixels) * tokensPerSquareMax) + sketches * tokensPerSketch
  );
}

/** A size in words is a choice of the model's: the largest that it makes unasked. */
function pixelsOf(size: string | undefined): number {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size ?? '') ?? [];
  if (width !== undefined && height !== undefined) return Math.min(Number(width) * Number(height), pixelsMax);
  const [, thousands] = /^([124])k$/i.exec(size ?? '') ?? [];
  return thousands === undefined ? longPixels : (Number(thousands) * 1_024) ** 2;
}
