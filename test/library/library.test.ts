import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLibrary, PACKAGE_ROOT } from '../../src/library/library.ts';
import { formatProblem, type Result } from '../../src/model/scenario/problem.ts';
import { platformText } from '../model/scenario/in-memory-sources.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nestmark-library-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};

const library = () => openLibrary({ roots: [PACKAGE_ROOT] });
const shown = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(formatProblem));

const LAB = `name: Mine
host: m7i.metal-24xl
platform: kvm-intel-shadowing
seats: 2
template: two-hypervisors
phases: [{ exercise: { for: 10 s } }]
`;

describe('loadScenario', () => {
  it('finds shipped hosts, platforms, templates and workloads, and says what it read', () => {
    const path = write('lab.yaml', LAB);
    const result = library().loadScenario(path);
    expect(shown(result)).toEqual([]);
    if (!result.ok) return;
    expect(result.value.scenario.host.name).toBe('m7i.metal-24xl');
    expect(result.value.files.map((file) => file.split('/').at(-1))).toEqual([
      'lab.yaml',
      'ec2.yaml',
      'kvm-intel-shadowing.yaml',
      'two-hypervisors.yaml',
      'web-server.yaml',
      'desktop.yaml',
      'compile.yaml',
      'database.yaml',
    ]);
  });

  it('prefers what lies beside the scenario', () => {
    const path = write('lab.yaml', LAB.replace('two-hypervisors', 'mine'));
    write('templates/mine.yaml', 'vms: [{ name: a, vcpus: 1, memory: 1 GiB, workload: idle }]');
    write(
      'workloads/idle.yaml',
      `schema: nestmark/workload@1
name: idle
title: My idle
source: me
arrivals: { kind: open, rate: 1 /s }
demand: { kind: constant, mean: 1 ms }
exits: {}
`,
    );
    const result = library().loadScenario(path);
    expect(shown(result)).toEqual([]);
    expect(result.ok && result.value.scenario.template.vms[0]?.workload?.title).toBe('My idle');
  });

  it('takes a path for a name, relative to the file that says it', () => {
    const path = write('lab.yaml', LAB.replace('kvm-intel-shadowing', './profiles/mine.yaml'));
    const classes = [
      'page-fault',
      'msr-write',
      'mmio',
      'external-interrupt',
      'cpuid',
      'timer',
      'pio',
      'ipi',
      'vm-entry',
    ];
    write('profiles/mine.yaml', platformText(classes));
    const result = library().loadScenario(path);
    expect(shown(result)).toEqual([]);
    expect(result.ok && result.value.scenario.platform.title).toBe('Plain');
  });

  it('takes another platform in place of the one named, by name or path', () => {
    const path = write('lab.yaml', LAB);
    const other = library().loadScenario(path, { platform: 'kvm-intel-no-shadowing' });
    expect(other.ok && other.value.scenario.platform.name).toBe('kvm-intel-no-shadowing');
    const file = join(PACKAGE_ROOT, 'platforms/kvm-intel-no-shadowing.yaml');
    const byPath = library().loadScenario(path, { platform: file });
    expect(byPath.ok && other.ok && byPath.value.platformHash === other.value.platformHash).toBe(true);
    expect(shown(library().loadScenario(path, { platform: 'kvm-intel-shadow' }))).toEqual([
      'platform: found the platform name "kvm-intel-shadow", which is not known; did you mean kvm-intel-shadowing?',
    ]);
  });

  it('hashes what is simulated, not how it was written', () => {
    const hash = (text: string): string => {
      const result = library().loadScenario(write('lab.yaml', text));
      if (!result.ok) throw new Error(shown(result).join('\n'));
      return result.value.hash;
    };
    expect(hash(`# a comment\n${LAB.replace('10 s', '10000 ms')}`)).toBe(hash(LAB));
    expect(hash(LAB.replace('seats: 2', 'seats: 3'))).not.toBe(hash(LAB));
  });
});

describe('files that cannot be read are problems, not exceptions', () => {
  it('a missing file', () => {
    expect(shown(library().loadScenario(join(folder, 'none.yaml')))).toEqual([
      `${folder}/none.yaml: there is no such file`,
    ]);
  });

  it('a directory', () => {
    expect(shown(library().loadScenario(folder))).toEqual([
      `${folder}: found a directory, expected a YAML file`,
    ]);
  });

  it('a device, which is not even opened', () => {
    expect(shown(library().loadScenario('/dev/zero'))).toEqual([
      '/dev/zero: found a device or a pipe, expected an ordinary YAML file',
    ]);
  });

  it('a YAML of 200 MB, without reading it', () => {
    const path = write('big.yaml', '');
    truncateSync(path, 200 * 1024 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    expect(shown(library().loadScenario(path))).toEqual([`${path}: found 200.0 MiB, expected at most 1 MiB`]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  });

  it('bytes that are not text', () => {
    const path = join(folder, 'x.yaml');
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x61]));
    expect(shown(library().loadScenario(path))).toEqual([
      `${path}: found bytes that are not UTF-8 text, expected a YAML file; save it as UTF-8`,
    ]);
  });

  it('a path with a character no path can have', () => {
    expect(shown(library().loadScenario('a\u0000b.yaml'))[0]).toMatch(/not a usable path/);
  });

  it('a named file that is broken, at its own place', () => {
    const path = write('lab.yaml', LAB.replace('two-hypervisors', 'mine'));
    write('templates/mine.yaml', 'vms: [{ name: a, vcpus: 0, memory: 1 GiB }]\n');
    expect(shown(library().loadScenario(path))).toEqual([
      `${folder}/templates/mine.yaml:1:25: vms[0].vcpus: found 0, expected at least 1`,
    ]);
  });

  it('a named path that is not there, where it is named', () => {
    const path = write('lab.yaml', LAB.replace('two-hypervisors', './none.yaml'));
    expect(shown(library().loadScenario(path))).toEqual([
      `${path}:5:11: template: ${folder}/none.yaml: there is no such file`,
    ]);
  });
});

describe('lists', () => {
  it('name what is shipped', () => {
    expect(library().platformNames()).toEqual(
      expect.arrayContaining(['kvm-intel-no-shadowing', 'kvm-intel-shadowing']),
    );
    expect(library().templateNames()).toContain('two-hypervisors');
    expect(library().workloadNames()).toEqual(
      expect.arrayContaining(['compile', 'database', 'desktop', 'file-server', 'idle', 'web-server']),
    );
    const hosts = library().loadHosts();
    expect(hosts.ok && hosts.value.length).toBe(502);
  });

  it('loads one platform with its hash', () => {
    const loaded = library().loadPlatform('kvm-intel-shadowing');
    expect(loaded.ok && loaded.value.platform.title).toBe('KVM on Intel with VMCS shadowing');
    expect(loaded.ok && loaded.value.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
