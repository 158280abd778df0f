/** What keeps one more seat off a host. */
export type Cause =
  | 'asked'
  | 'memory'
  | 'rule'
  | 'cpu-ready'
  | 'hypervisor-time'
  | 'switch-flooding'
  | 'network'
  | 'template';
