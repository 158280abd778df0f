import { completionCost, kickCost } from '../../model/machine/storage/io-costs.ts';
import type { ControllerSpecification } from '../../model/machine/storage/storage-specification.ts';
import { compile } from '../../model/scenario/compile.ts';
import { drawControllers } from '../../model/scenario/compile-storage.ts';
import { BEST, drawOf } from '../../model/scenario/parameter-draw.ts';
import type { Host, VirtualMachine } from '../../model/scenario/scenario.ts';
import type { SizingRow } from '../result/plan-result.ts';
import { gigabytes } from '../result/words.ts';
import { type Lab, labScenario, windowOf } from '../trial/lab-scenario.ts';

/** A controller must save this share of what an I/O costs to be worth a change. */
const WORTH_CHANGING = 0.1;
/** An installed ESXi wants so much at least. */
const ESXI_DISK = 32e9;

export const isEsxi = ({ component }: VirtualMachine): boolean =>
  component?.name.startsWith('vmware/esxi') === true;

export type DiskSizing = Pick<SizingRow, 'disk' | 'controller'>;

/**
 * What disk and controller the VMs of a lab should have: sizes as components and what is inside say, and of the
 * platform's controllers the one with which an I/O at the VM's own level takes least CPU time.
 *
 * @returns of a VM at so many levels above the host
 */
export function diskSizer(lab: Lab, host: Host): (vm: VirtualMachine, levels: number) => DiskSizing {
  const { storage } = lab.platform;
  if (storage === undefined) return (vm) => ({ disk: diskSize(vm), controller: null });
  const [phase] = lab.template.plan!.phases;
  const { exits } = compile(labScenario(lab, phase!, host, 1, windowOf(1, 'explore')));
  const controllers = drawControllers(storage, drawOf(BEST));
  // One at a time, as a system reads its own files when it starts: nothing is announced together.
  const perIo = (controller: ControllerSpecification, level: number): number =>
    kickCost(exits, controller, level).total +
    completionCost(exits, level).total +
    controller.submit +
    controller.complete;
  return (vm, levels) => {
    const now = vm.disk.controller ?? storage.default;
    const costs = Array.from(controllers, ([name, controller]) => ({
      name,
      cost: perIo(controller, host.level + levels),
    }));
    const own = costs.find(({ name }) => name === now)!;
    const best = costs.reduce((least, next) => (next.cost < least.cost ? next : least), own);
    const worst = costs.reduce((most, next) => (next.cost > most.cost ? next : most), own);
    const advice = best.cost < (1 - WORTH_CHANGING) * own.cost ? best : own;
    const beside = advice === own ? worst : own;
    const compared =
      beside.cost > advice.cost
        ? `, ${microseconds(beside.cost)} with ${beside.name}`
        : ', the same with any other';
    return {
      disk: diskSize(vm),
      controller: {
        now,
        advice: advice.name,
        why: `an I/O there takes ${microseconds(advice.cost)} of CPU time with ${advice.name}${compared}`,
      },
    };
  };
}

const microseconds = (ns: number): string => `${Number((ns / 1000).toPrecision(3))} µs`;

function diskSize(vm: VirtualMachine): SizingRow['disk'] {
  const { component, vms } = vm;
  const now = component?.disk ?? null;
  const inner = vms.reduce((sum, { count, component: size }) => sum + count * (size?.disk ?? 0), 0);
  const held =
    inner === 0 ? '' : `; its VMs' disks are another ${gigabytes(inner)}, on it or on shared storage`;
  if (now !== null) {
    const said = `${component!.kind} of ${component!.title} (${component!.source})`;
    return isEsxi(vm) && now < ESXI_DISK
      ? { now, advice: ESXI_DISK, why: `ESXi wants ${gigabytes(ESXI_DISK)} at least; now ${said}${held}` }
      : { now, advice: now, why: `${said}${held}` };
  }
  if (isEsxi(vm)) return { now, advice: ESXI_DISK, why: `ESXi's least for itself${held}` };
  return { now, advice: null, why: `neither the template nor a component says what it stores${held}` };
}
