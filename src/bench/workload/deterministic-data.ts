/**
 * Bytes that look like text to a compressor: words of a small vocabulary, drawn with a strong preference for the
 * first ones, as words of a language are. The same seed gives the same bytes on every machine.
 */
export function deterministicText(bytes: number, seed: number): Buffer {
  const next = xorshift32(seed);
  const vocabulary = Array.from({ length: 512 }, () => word(next));
  const text = Buffer.alloc(bytes);
  for (let filled = 0; filled < bytes; ) {
    // The product of two uniform draws favours low ranks.
    const rank = Math.floor((((next() >>> 16) * (next() >>> 16)) / 2 ** 32) * vocabulary.length);
    filled += text.write(`${vocabulary[rank]} `, filled, 'latin1');
  }
  return text;
}

/** Bytes without structure, which no compressor or cache can take advantage of. */
export function deterministicNoise(bytes: number, seed: number): Buffer {
  const next = xorshift32(seed);
  const noise = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) noise[i] = next() >>> 24;
  return noise;
}

function word(next: () => number): string {
  const length = 2 + ((next() >>> 8) % 9);
  return String.fromCharCode(...Array.from({ length }, () => 97 + ((next() >>> 8) % 26)));
}

/** Marsaglia, "Xorshift RNGs" (2003), the triple (13, 17, 5): enough for filling buffers. */
export function xorshift32(seed: number): () => number {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ 0x6a09e667) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
