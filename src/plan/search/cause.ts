/** What keeps one more seat off a host. */
export type Cause =
  | 'asked'
  | 'memory'
  | 'boot'
  | 'disk'
  | 'rule'
  | 'reservations'
  | 'cpu-ready'
  | 'hypervisor-time'
  | 'sibling-threads'
  | 'switch-flooding'
  | 'network'
  | 'template';
