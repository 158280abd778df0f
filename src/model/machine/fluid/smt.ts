/**
 * How fast a busy thread is on average, relative to one that has its core to itself, when so many threads are busy
 * on so many cores of two and idle cores are taken before second threads.
 */
export function sharedCoreSpeed(busy: number, cores: number, throughput: number): number {
  if (busy <= cores) return 1;
  const shared = busy - cores;
  return (cores - shared + shared * throughput) / busy;
}
