/** What a record says about a level: flat, so that two levels or two records compare key by key. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Puts a prefix before every key: `('kvm', { nested: 'Y' })` is `{ 'kvm.nested': 'Y' }`. */
export function underPrefix(prefix: string, facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [`${prefix}.${key}`, value]));
}
