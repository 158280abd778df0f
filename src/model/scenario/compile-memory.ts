import type { Bytes, Nanoseconds } from '../kernel/units.ts';
import type { GuestMemory, HypervisorMemory, MemoryCosts } from '../machine/memory/memory-specification.ts';
import type { Paging } from '../machine/specification.ts';
import type { Draw } from './draw.ts';
import type { Figure } from './figure.ts';
import type { Overcommit, Platform } from './platform.ts';
import type { Scenario, VirtualMachine } from './scenario.ts';

/**
 * What memory costs on a platform; null when it gives nothing of it.
 * @param shadows whether any hypervisor of the scenario shadows page tables: else nothing is drawn for that
 */
export function drawMemoryCosts({ memory }: Platform, shadows: boolean, draw: Draw): MemoryCosts | null {
  const { walk, shadow, mmuLock } = memory ?? {};
  if (walk === undefined && shadow === undefined && mmuLock === undefined) return null;
  const at = 'platform.memory';
  return {
    ...(walk === undefined
      ? {}
      : {
          walk: {
            native: draw(walk.native, `${at}.walk.native`),
            nested: draw(walk.nested, `${at}.walk.nested`),
            reference: draw(walk.reference, `${at}.walk.reference`) as Nanoseconds,
          },
        }),
    ...(shadow === undefined || !shadows
      ? {}
      : {
          shadow: {
            exitsPerFault: draw(shadow.exitsPerFault, `${at}.shadow.exits-per-fault`),
            held: draw(shadow.held, `${at}.shadow.held`) as Nanoseconds,
          },
        }),
    ...(mmuLock === undefined
      ? {}
      : {
          lock: {
            handle: draw(mmuLock.handle, `${at}.mmu-lock.handle`) as Nanoseconds,
            reflect: draw(mmuLock.reflect, `${at}.mmu-lock.reflect`) as Nanoseconds,
            growth: draw(mmuLock.growth, `${at}.mmu-lock.growth`),
            scope: mmuLock.scope,
          },
        }),
  };
}

/** Gives each hypervisor of a machine its memory: what it has, keeps, and does when that is not enough. */
export function drawHypervisorMemory(
  { memory }: Platform,
  draw: Draw,
): (capacity: Bytes, overcommit: Overcommit | null, paging?: Paging) => HypervisorMemory {
  const drawn = (figure: Figure | undefined, name: string): number =>
    figure === undefined ? 0 : draw(figure, `platform.memory.${name}`);
  const own = drawn(memory?.own, 'own') as Bytes;
  const overhead = {
    perVm: drawn(memory?.overhead?.perVm, 'overhead.per-vm') as Bytes,
    perGib: drawn(memory?.overhead?.perGib, 'overhead.per-gib') as Bytes,
    perVcpu: drawn(memory?.overhead?.perVcpu, 'overhead.per-vcpu') as Bytes,
  };
  const sharing = drawn(memory?.sharing, 'sharing');
  const balloon = drawn(memory?.balloon, 'balloon');
  let tables: number | null = null;
  const shadowed = (): number => (tables ??= drawn(memory?.shadow?.tables, 'shadow.tables'));
  return (capacity, overcommit, paging = 'nested') => {
    const used = overcommit ?? memory?.overcommit ?? [];
    return {
      capacity,
      own,
      overhead:
        paging === 'nested' ? overhead : { ...overhead, perGib: (overhead.perGib + shadowed()) as Bytes },
      reclaim: {
        sharing: used.includes('sharing') ? sharing : 0,
        balloon: used.includes('balloon') ? balloon : 0,
        swap: used.includes('swap'),
      },
    };
  };
}

/** Whether any hypervisor of a scenario shadows the page tables of its VMs. */
export function shadowsPages({ paging, template }: Pick<Scenario, 'paging' | 'template'>): boolean {
  const inside = (vms: readonly VirtualMachine[]): boolean =>
    vms.some((vm) => vm.hypervisor?.paging === 'shadow' || inside(vm.vms));
  return paging === 'shadow' || inside(template.vms);
}

/** A nested hypervisor's working set is that of its guests, and what it keeps for itself. */
export function guestMemory(
  vm: VirtualMachine,
  inside: {
    readonly memory?: HypervisorMemory;
    readonly guests: readonly { readonly memory?: GuestMemory }[];
  } | null,
): GuestMemory {
  const inner = (inside?.guests ?? []).reduce((sum, guest) => sum + (guest.memory?.active ?? 0), 0);
  const active = inside === null ? vm.memory : inner + (inside.memory?.own ?? 0);
  return { configured: vm.memory, active: Math.min(vm.workingSet ?? active, vm.memory) as Bytes };
}
