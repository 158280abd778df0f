import { type Nanoseconds, ns } from '../../model/kernel/units.ts';
import type { Basis, Figure } from '../../model/scenario/figure.ts';
import type { Platform } from '../../model/scenario/platform.ts';

const time = (
  value: number,
  low: number,
  high: number,
  basis: Basis,
  source: string,
): Figure<Nanoseconds> => ({
  value: ns(value),
  low: ns(low),
  high: ns(high),
  basis,
  source,
});

/**
 * What an exit benchmark does not measure: the same figures as platforms/kvm-intel-shadowing.yaml, network costs
 * included, which nobody publishes for any hypervisor.
 */
export const UNMEASURED: Pick<Platform, 'scheduler' | 'smtThroughput' | 'network'> = {
  scheduler: {
    policy: 'eevdf',
    slice: time(
      2_800_000,
      1_400_000,
      3_000_000,
      'published',
      'Linux 6.18 kernel/sched/fair.c: base slice 0.70 ms x 4 on 8 or more CPUs, x 2 on two; 3.0 ms before 6.12.33. Kernels before 6.6 schedule by CFS, which is not modelled',
    ),
    tick: time(
      4_000_000,
      1_000_000,
      4_000_000,
      'published',
      'CONFIG_HZ=250, the default of Debian and Ubuntu',
    ),
  },
  smtThroughput: {
    value: 1.25,
    low: 1.1,
    high: 1.3,
    basis: 'published',
    source: "VMware's accounting constant for hyper-threading; practitioners report 1.10 to 1.30",
  },
  network: {
    forward: time(
      460,
      200,
      700,
      'derived',
      'not in the record. Open vSwitch, SIGCOMM 2021 figure 2: kernel datapath 1.4 Mpps a core = 714 ns a packet, less one copy',
    ),
    copy: time(250, 100, 500, 'assumed', "not in the record. Cloning a buffer's header and queueing it"),
    drop: time(
      500,
      140,
      1_200,
      'assumed',
      'not in the record. Receive and look up, then free; low: XDP with a layer-2 look-up 7.1 Mpps, SIGCOMM 2021 table 5',
    ),
    receive: time(
      800,
      400,
      2_000,
      'assumed',
      "not in the record. A driver's receive path with buffer allocation and delivery, without the application",
    ),
    ring: {
      value: 256,
      low: 256,
      high: 1_024,
      basis: 'published',
      source: "virtio-net receive ring, QEMU's default; high: vhost-user's largest",
    },
    batch: {
      value: 64,
      low: 16,
      high: 128,
      basis: 'published',
      source: 'vhost-net and NAPI: 64 frames a turn',
    },
  },
};
