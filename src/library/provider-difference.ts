import type { Host } from '../model/scenario/scenario.ts';

/** What a provider's API says of one type. */
export interface ProviderType {
  readonly name: string;
  readonly metal: boolean;
  /** Advertises nested virtualization. */
  readonly nests: boolean;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** null: not said. */
  readonly threadsPerCore: number | null;
  readonly clockGhz: number | null;
  /** What it sustains, of all its network cards, and at its disks. */
  readonly nicGbps: number | null;
  readonly disk: { readonly iops: number; readonly mbps: number } | null;
}

export interface ProviderDifference {
  /** Can nest there and is not in the catalogue. */
  readonly missing: readonly ProviderType[];
  /** In the catalogue and cannot nest there, or is not sold. */
  readonly gone: readonly string[];
  readonly changed: readonly { readonly name: string; readonly what: string }[];
  readonly same: number;
}

/** A catalogue beside what its provider says now. */
export function compareWithProvider(
  hosts: readonly Host[],
  types: readonly ProviderType[],
): ProviderDifference {
  const able = new Map(types.filter(({ metal, nests }) => metal || nests).map((type) => [type.name, type]));
  const known = new Map(hosts.map((host) => [host.name, host]));
  const changed = hosts.flatMap(({ name, cpus, memory }) => {
    const type = able.get(name);
    if (type === undefined) return [];
    const bytes = type.memoryMib * 2 ** 20;
    const what = [
      ...(type.vcpus === cpus ? [] : [`${cpus} CPUs here, ${type.vcpus} there`]),
      ...(bytes === memory ? [] : [`${memory / 2 ** 30} GiB here, ${bytes / 2 ** 30} GiB there`]),
    ];
    return what.length === 0 ? [] : [{ name, what: what.join('; ') }];
  });
  return {
    missing: [...able.values()].filter(({ name }) => !known.has(name)),
    gone: hosts.filter(({ name }) => !able.has(name)).map(({ name }) => name),
    changed,
    same: hosts.filter(({ name }) => able.has(name)).length - changed.length,
  };
}
