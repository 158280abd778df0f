/** `{ [key]: value }`, or nothing when there is no value; `read` makes of it what it stands for. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V };
export function optional<K extends string, V, R>(
  key: K,
  value: V | undefined,
  read: (value: V) => R,
): { [P in K]?: R };
export function optional(
  key: string,
  value: unknown,
  read: (value: never) => unknown = (same) => same,
): object {
  return value === undefined ? {} : { [key]: read(value as never) };
}
