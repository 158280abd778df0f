/** Data of YAML texts that were parsed before, by the text itself; as JSON, so that every reader has its own. */
const parsed = new Map<string, string>();

/** From now on, `text` is taken to say what `json` does. */
export function rememberParsed(text: string, json: string): void {
  parsed.set(text, json);
}

/** What a text says, as `readDocument` would have it; null when nobody parsed it before. */
export function parsedBefore(text: string): { readonly data: unknown } | null {
  const json = parsed.get(text);
  return json === undefined ? null : { data: withoutPrototypes(JSON.parse(json)) };
}

/** JSON that says all that `data` does; null when there is none. */
export function parsedJson(data: unknown): string | null {
  return isPlain(data) ? JSON.stringify(data) : null;
}

const isPlain = (data: unknown): boolean =>
  typeof data === 'object' && data !== null
    ? Object.values(data).every(isPlain)
    : typeof data !== 'number' || (Number.isFinite(data) && !Object.is(data, -0));

function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (typeof value !== 'object' || value === null) return value;
  const bare = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value)) bare[key] = withoutPrototypes(inner);
  return bare;
}
