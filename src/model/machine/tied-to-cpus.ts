/** What a VM, or a guest of a machine, may have of the CPUs around it; absent or null: nothing of the kind. */
interface Controls {
  readonly affinity?: readonly number[] | null;
  readonly reservation?: number;
  readonly limit?: object | null;
}

/** Whether it needs the CPUs that there are: on fewer it may not be what it was, or not be at all. */
export const isTiedToCpus = ({ affinity, reservation, limit }: Controls): boolean =>
  (affinity ?? null) !== null || (reservation ?? 0) > 0 || (limit ?? null) !== null;
