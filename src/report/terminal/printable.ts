/**
 * A copy of plain data in which no text can command a terminal: names come from files anyone may have written, so
 * control characters in them are replaced.
 */
export function printable<T>(data: T): T {
  const text = JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '\u{fffd}') : value,
  );
  return JSON.parse(text) as T;
}
