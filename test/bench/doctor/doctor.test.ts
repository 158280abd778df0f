import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkKvm } from '../../../src/bench/doctor/kvm.ts';
import { bootSector, bootTinyGuest, tinyArguments } from '../../../src/bench/doctor/tiny-guest.ts';

const directory = mkdtempSync(join(tmpdir(), 'nestmark-doctor-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A QEMU that prints and ends. */
function fakeQemu(script: string): string {
  const path = join(directory, `qemu-${Math.floor(performance.now() * 1000)}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

test('the sector a guest boots from is one sector, with the mark of one', () => {
  const sector = bootSector('hello');
  expect(sector).toHaveLength(512);
  expect(sector.readUInt16LE(510)).toBe(0xaa55);
  expect(sector.toString('latin1', 20, 26)).toBe('hello\n');
});

test('a guest asks for its accelerator and no other', () => {
  const kvm = tinyArguments('kvm', 'disk').join(' ');
  expect(kvm).toContain('-accel kvm -cpu host');
  expect(kvm).not.toContain('tcg');
  expect(tinyArguments('tcg', 'disk').join(' ')).toContain('-accel tcg -cpu max,la57=off');
});

test('a guest that says nothing, or whose QEMU ends, did not answer', async () => {
  const guest = await bootTinyGuest('kvm', fakeQemu('echo "failed to initialize kvm" >&2; exit 1'));
  expect(guest).toEqual({ answered: false, reason: 'QEMU ended with status 1: failed to initialize kvm' });
});

test('KVM does not count without its device, nor with a device on which no guest answers', async () => {
  const none = await checkKvm('/bin/false', { 'cpu.flags': 'hypervisor' }, join(directory, 'none'));
  expect(none).toMatchObject({ works: false, why: expect.stringContaining('does not pass nesting on') });
  const device = join(directory, 'kvm');
  writeFileSync(device, '');
  const shim = await checkKvm(fakeQemu('exit 1'), { 'cpu.flags': 'svm', 'kvm-amd.nested': '1' }, device);
  expect(shim).toMatchObject({
    works: false,
    why: expect.stringContaining('a tiny guest on it did not answer'),
  });
});
