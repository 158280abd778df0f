/** What keeps one more seat off a host. */
export type Cause =
  | 'asked'
  | 'memory'
  | 'boot'
  | 'disk'
  | 'rule'
  | 'cpu-ready'
  | 'hypervisor-time'
  | 'switch-flooding'
  | 'network'
  | 'template';
