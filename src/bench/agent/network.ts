import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { GUEST, NETWORK_MODULES, TAP_MODULE } from '../image/init-script.ts';
import { loadModule } from './kernel-module.ts';

/*
 * Between every guest and the level below there is a network of two: a virtio-net device in the guest, and a tap
 * device below, with QEMU between them. No bridge and no way out: what is measured is the way through one hypervisor.
 */

const NETMASK = '255.255.255.0';
const PORT = 7000;
const HOST = 1;
const GUEST_HOST = 2;
/** A host that nobody else is, in the network of the guest at a level. */
const address = (guestLevel: number, host: number): string => `10.77.${guestLevel}.${host}`;

const busybox = (...args: readonly string[]): void => {
  execFileSync(GUEST.busybox, args, { stdio: 'pipe' });
};

/**
 * The end of the level below: a tap device for the guest to come, and the probe that answers it.
 * @returns the tap device's name
 */
export function openNetworkAbove(guestLevel: number): string {
  const tap = `guest${guestLevel}`;
  loadModule(TAP_MODULE);
  withoutIpv6();
  busybox('tunctl', '-t', tap);
  busybox('ifconfig', tap, address(guestLevel, HOST), 'netmask', NETMASK, 'up');
  spawn(GUEST.probe, ['serve', address(guestLevel, HOST), String(PORT)], { stdio: 'ignore' })
    // Whoever asks then finds nobody, and says so.
    .on('error', () => undefined)
    .unref();
  return tap;
}

/** The guest's end. @returns where the level below answers, or undefined for a level that has no network */
export function openNetworkBelow(level: number): string | undefined {
  if (level === 0) return undefined;
  for (const module of NETWORK_MODULES) loadModule(module);
  if (!existsSync('/sys/class/net/eth0')) return undefined;
  withoutIpv6();
  busybox('ifconfig', 'eth0', address(level, GUEST_HOST), 'netmask', NETMASK, 'up');
  return `${address(level, HOST)}:${PORT}`;
}

/** Its neighbour discovery would be traffic that nobody asked for. */
function withoutIpv6(): void {
  for (const which of ['all', 'default']) writeFileSync(`/proc/sys/net/ipv6/conf/${which}/disable_ipv6`, '1');
}
