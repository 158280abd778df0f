import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { redactCommandLine } from '../../../src/bench/environment/command-line.ts';
import { parseCpuTime, stealShare } from '../../../src/bench/environment/cpu-time.ts';
import { parseMemory } from '../../../src/bench/environment/memory.ts';
import { parseMountOf } from '../../../src/bench/environment/mount.ts';
import { parseProcessor } from '../../../src/bench/environment/processor.ts';

const captured = (path: string): string =>
  readFileSync(new URL(`./fixtures/amd-guest/proc/${path}`, import.meta.url), 'utf8');

describe('/proc/cpuinfo', () => {
  test('of an AMD guest', () => {
    expect(parseProcessor(captured('cpuinfo'))).toEqual({
      'cpu.count': 2,
      'cpu.vendor': 'AuthenticAMD',
      'cpu.model-name': 'AMD EPYC',
      'cpu.microcode': '0x1000065',
      'cpu.family': 25,
      'cpu.model': 17,
      'cpu.stepping': 1,
      'cpu.mhz': 2596.142,
      'cpu.flags':
        'pdpe1gb rdtscp constant_tsc nonstop_tsc tsc_known_freq pcid x2apic tsc_deadline_timer hypervisor vmmcall tsc_adjust invpcid arat',
    });
  });

  test('the virtualization flags of Intel stand on a line of their own', () => {
    const text = [
      'processor\t: 0',
      'vendor_id\t: GenuineIntel',
      'flags\t\t: fpu vmx sse',
      'vmx flags\t: vnmi preemption_timer ept_ad shadow_vmcs notify_vm_exiting',
      '',
      '',
    ].join('\n');
    expect(parseProcessor(text)['cpu.flags']).toBe('vmx vnmi preemption_timer ept_ad shadow_vmcs');
  });

  test('says nothing when there is none', () => {
    expect(parseProcessor('')).toEqual({});
    expect(parseProcessor('Processor : ARMv7\n')).toEqual({});
  });
});

describe('/proc/stat', () => {
  test('of all CPUs, guest time not counted twice', () => {
    const time = parseCpuTime('cpu  129195 7 10379 266197 675 3 118 132 50 2\ncpu0 1 2 3\n');
    expect(time).toEqual({
      user: 129195,
      nice: 7,
      system: 10379,
      idle: 266197,
      ioWait: 675,
      irq: 3,
      softIrq: 118,
      steal: 132,
    });
  });

  test('steal is its share of the time that passed', () => {
    const before = parseCpuTime('cpu  100 0 100 800 0 0 0 10\n')!;
    const after = parseCpuTime('cpu  150 0 125 815 0 0 0 20\n')!;
    expect(stealShare(before, after)).toBeCloseTo(10 / 100, 12);
    expect(stealShare(before, before)).toBe(0);
  });

  test('old kernels have no steal, other files no CPUs', () => {
    expect(parseCpuTime('cpu  1 2 3 4\n')).toMatchObject({ idle: 4, steal: 0 });
    expect(parseCpuTime('intr 5\n')).toBeNull();
  });
});

test('/proc/meminfo in bytes', () => {
  expect(parseMemory(captured('meminfo'))).toMatchObject({
    'memory.total-bytes': 24_684_092 * 1024,
    'memory.swap-bytes': 0,
    'memory.huge-pages': 0,
  });
  expect(parseMemory('')).toEqual({});
});

describe('/proc/self/mountinfo', () => {
  const mounts = captured('self/mountinfo');

  test.each([
    ['/', { filesystem: 'ext4', source: '/dev/vda', options: 'rw,discard' }],
    ['/var/tmp/x', { filesystem: 'ext4', source: '/dev/vda', options: 'rw,discard' }],
    [
      '/dev',
      { filesystem: 'devtmpfs', source: 'devtmpfs', options: 'rw,size=12334492k,nr_inodes=3083623,mode=755' },
    ],
    ['/device', { filesystem: 'ext4', source: '/dev/vda', options: 'rw,discard' }],
    ['/srv/with space/dir', { filesystem: 'xfs', source: '/dev/vdb', options: 'rw' }],
  ])('%s', (directory, facts) => {
    expect(parseMountOf(directory, mounts)).toEqual(facts);
  });

  test('a mount over another on the same point hides it', () => {
    expect(parseMountOf('/dev/shm/scratch', mounts)).toMatchObject({ source: 'over' });
  });

  test('says nothing when there is none', () => {
    expect(parseMountOf('/', '')).toEqual({});
  });
});

describe('the kernel’s command line', () => {
  test('is kept, but for what may be a secret', () => {
    expect(redactCommandLine('ro quiet  rootpass=hunter2 luks.key="a b" audit=0 authtoken=\n')).toBe(
      'ro quiet rootpass=REDACTED luks.key=REDACTED audit=0 authtoken=',
    );
  });

  test('keeps quoted values whole', () => {
    expect(redactCommandLine('dyndbg="file svm.c +p" level=1')).toBe('dyndbg="file svm.c +p" level=1');
    expect(redactCommandLine('a="unclosed b')).toBe('a="unclosed b');
  });
});
