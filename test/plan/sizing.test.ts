import { describe, expect, it } from 'vitest';
import { openLibrary, PACKAGE_ROOT } from '../../src/library/library.ts';
import type { VirtualMachine } from '../../src/model/scenario/scenario.ts';
import { diskSizer } from '../../src/plan/advice/disk-sizing.ts';
import type { Lab } from '../../src/plan/trial/lab-scenario.ts';

const library = openLibrary({ roots: [PACKAGE_ROOT] });

function labOn(platformName: string, templateName: string): Lab {
  const platform = library.loadPlatform(platformName);
  if (!platform.ok) throw new Error(platformName);
  const template = library.loadTemplate(templateName, platform.value.platform);
  if (!template.ok) throw new Error(templateName);
  return {
    template: template.value.template,
    platform: platform.value.platform,
    switch: template.value.template.plan!.switch!,
  };
}

const hosts = library.loadHosts('r8i.8xlarge');
const host = (hosts.ok ? hosts.value : []).find(({ name }) => name === 'r8i.8xlarge')!;

describe('disks and controllers of a template', () => {
  const lab = labOn('ec2-nested-kvm', 'vsphere-course');
  const named = (name: string): VirtualMachine => lab.template.vms.find((vm) => vm.name === name)!;
  const on = (vm: VirtualMachine, controller: string): VirtualMachine => ({
    ...vm,
    disk: { ...vm.disk, controller },
  });

  it('leave the cheapest controller where it is, and say what the dearest would cost', () => {
    const { controller } = diskSizer(lab, host)(named('desk'), 1);
    expect(controller).toMatchObject({ now: 'virtio', advice: 'virtio' });
    expect(controller!.why).toMatch(
      /^an I\/O there takes [\d.]+ µs of CPU time with virtio, [\d.]+ µs with ahci$/,
    );
  });

  it('advise another for one that traps for every register, and the more the deeper it is', () => {
    const size = diskSizer(lab, host);
    const cost = (levels: number): number =>
      Number(
        /with virtio, ([\d.]+) µs with ahci/.exec(
          size(on(named('desk'), 'ahci'), levels).controller!.why,
        )![1],
      );
    expect(size(on(named('desk'), 'ahci'), 1).controller).toMatchObject({ now: 'ahci', advice: 'virtio' });
    expect(cost(2)).toBeGreaterThan(2 * cost(1));
  });

  it('are not changed for a few per cent: a controller that does as well stays', () => {
    expect(diskSizer(lab, host)(on(named('desk'), 'pvscsi'), 1).controller).toMatchObject({
      advice: 'pvscsi',
    });
  });

  it('have the size that a component says, with its source; an ESXi without one gets room for itself', () => {
    const size = diskSizer(lab, host);
    const esxi = named('esxi');
    const known = size({ ...esxi, component: { ...esxi.component!, disk: 40e9 as never } }, 1).disk;
    expect(known).toMatchObject({ now: 40e9, advice: 40e9 });
    expect(known.why).toContain(esxi.component!.source);
    const small = size({ ...esxi, component: { ...esxi.component!, disk: 4e9 as never } }, 1).disk;
    expect(small).toMatchObject({ now: 4e9, advice: 32e9 });
    const sizeless = { ...esxi, component: { ...esxi.component!, disk: null } };
    expect(size(sizeless, 1).disk).toMatchObject({ now: null, advice: 32e9 });
    const { component: _, ...bare } = esxi;
    expect(size(bare as VirtualMachine, 1).disk).toMatchObject({ now: null, advice: null });
  });

  it('say nothing of controllers that the platform does not know', () => {
    const { storage: _, ...platform } = lab.platform;
    expect(diskSizer({ ...lab, platform }, host)(named('desk'), 1).controller).toBeNull();
  });
});
