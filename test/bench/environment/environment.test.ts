import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../src/bench/environment/environment.ts';
import type { Facts } from '../../../src/bench/environment/facts.ts';
import { buildProbe } from '../probe/built-probe.ts';

const probe = await buildProbe();

const without = (facts: Facts, prefix: string): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([key]) => !key.startsWith(prefix)));

describe('readEnvironment', () => {
  test('of an AMD guest, from its files', async () => {
    const root = fileURLToPath(new URL('./fixtures/amd-guest', import.meta.url));
    const facts = await readEnvironment({ root, scratchDirectory: '/' });
    expect(without(facts, 'node.')).toMatchInlineSnapshot(`
      {
        "clock-source.available": "tsc kvm-clock",
        "clock-source.current": "tsc",
        "cpu.count": 2,
        "cpu.family": 25,
        "cpu.flags": "pdpe1gb rdtscp constant_tsc nonstop_tsc tsc_known_freq pcid x2apic tsc_deadline_timer hypervisor vmmcall tsc_adjust invpcid arat",
        "cpu.mhz": 2596.142,
        "cpu.microcode": "0x1000065",
        "cpu.model": 17,
        "cpu.model-name": "AMD EPYC",
        "cpu.steal-share": 0.000405,
        "cpu.stepping": 1,
        "cpu.vendor": "AuthenticAMD",
        "kernel.command-line": "console=ttyS0 reboot=t panic=-1 mitigations=auto dyndbg="file svm.c +p" rootpass=REDACTED level=1",
        "kernel.release": "6.1.0-56-cloud-amd64",
        "kernel.version": "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2",
        "kvm-amd.avic": "N",
        "kvm-amd.nested": "1",
        "kvm-amd.npt": "Y",
        "kvm.halt_poll_ns": "200000",
        "kvm.ignore_msrs": "N",
        "kvm.tdp_mmu": "N",
        "load": "3.58 2.83 1.95 5/116 20921",
        "memory.available-bytes": 23026356224,
        "memory.huge-pages": 0,
        "memory.ksm": "0",
        "memory.swap-bytes": 0,
        "memory.total-bytes": 25276510208,
        "memory.transparent-huge-pages": "always [madvise] never",
        "numa.nodes": "0",
        "scratch.filesystem": "ext4",
        "scratch.options": "rw,discard",
        "scratch.source": "/dev/vda",
        "smt": "notsupported",
        "vulnerability.l1tf": "Not affected",
        "vulnerability.meltdown": "Not affected",
        "vulnerability.spec_rstack_overflow": "Vulnerable: Safe RET, no microcode",
        "vulnerability.spectre_v2": "Mitigation: Retpolines; STIBP: disabled; RSB filling; PBRSB-eIBRS: Not affected; BHI: Not affected",
      }
    `);
  });

  test('of a kernel that offers nothing is what Node knows, and no guess', async () => {
    const root = mkdtempSync(join(tmpdir(), 'nestmark-empty-'));
    const facts = await readEnvironment({ root });
    rmSync(root, { recursive: true });
    expect(without(facts, 'node.')).toEqual({});
    expect(facts['node.version']).toBe(process.versions.node);
  });

  test('of this machine agrees with what Node sees', async () => {
    const facts = await readEnvironment({ scratchDirectory: tmpdir() });
    expect(facts).toMatchObject({ 'cpu.count': cpus().length, 'memory.total-bytes': totalmem() });
    expect(facts['kernel.release']).not.toBe('');
    expect(facts['scratch.filesystem']).not.toBe('');
  });

  test.skipIf(probe.missing !== null)('asks CPUID through the probe', async () => {
    const facts = await readEnvironment({ probePath: probe.path });
    expect(facts['cpuid.hypervisor-bit']).toBe(String(facts['cpu.flags']).split(' ').includes('hypervisor'));
    expect(facts['tsc.hz']).toBeGreaterThan(1e8);
  });

  test('a QEMU that is not there is an error, not a blank', async () => {
    await expect(readEnvironment({ qemuPath: '/nowhere/qemu' })).rejects.toThrow(/ENOENT/);
  });
});
