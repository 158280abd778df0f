/** Ends with a newline; the values of a sample, one a replication, stand in one line. */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2).replaceAll(SAMPLE, inOneLine)}\n`;
}

/** No text has it: the quotes in one are escaped. */
const SAMPLE = /"sample": \[[^\]]+\]/g;

const inOneLine = (sample: string): string =>
  sample.replaceAll(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']');
