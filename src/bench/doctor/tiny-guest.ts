import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AGENT_DESCRIPTOR, QMP_DESCRIPTOR } from '../lab/qemu-arguments.ts';
import { startMachine } from '../lab/qemu-process.ts';
import { queryKvm } from '../lab/qmp.ts';

export type TinyGuest =
  | { readonly answered: true; readonly seconds: number }
  | { readonly answered: false; readonly reason: string };

const MARKER = 'nestmark: a guest answers';
const SECONDS = 20;

/**
 * Boots a guest of one sector on an accelerator, waits for its answer, and asks QEMU what it really runs on: a file
 * /dev/kvm proves nothing.
 * @param kernel a Linux to boot instead, which some stand-ins for KVM cannot run where they run the sector
 */
export async function bootTinyGuest(
  accelerator: 'kvm' | 'tcg',
  qemu: string,
  kernel?: { readonly image: string; readonly initramfs: string },
): Promise<TinyGuest> {
  const directory = await mkdtemp(join(tmpdir(), 'nestmark-guest-'));
  try {
    const disk = join(directory, 'sector');
    await writeFile(disk, bootSector(MARKER));
    return await boot(
      qemu,
      tinyArguments(accelerator, disk, kernel),
      accelerator,
      kernel === undefined ? MARKER : 'nestmark:',
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function tinyArguments(
  accelerator: 'kvm' | 'tcg',
  disk: string,
  kernel?: { readonly image: string; readonly initramfs: string },
): readonly string[] {
  // The image's initramfs finds no disk, says so, and powers off: it has booted then.
  const what =
    kernel === undefined
      ? ['-drive', `format=raw,if=ide,file=${disk}`]
      : [
          '-kernel',
          kernel.image,
          '-initrd',
          kernel.initramfs,
          '-append',
          'console=ttyS0 quiet panic=-1 reboot=t',
        ];
  return [
    ...['-accel', accelerator, '-cpu', accelerator === 'kvm' ? 'host' : 'max,la57=off'],
    ...['-machine', 'pc', '-m', kernel === undefined ? '16' : '256', '-nodefaults', '-no-user-config'],
    ...['-display', 'none', '-no-reboot', ...what],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=unused,fd=${AGENT_DESCRIPTOR}`],
    ...['-chardev', `socket,id=qmp,fd=${QMP_DESCRIPTOR}`, '-mon', 'chardev=qmp,mode=control'],
  ];
}

async function boot(
  qemu: string,
  args: readonly string[],
  accelerator: 'kvm' | 'tcg',
  marker: string,
): Promise<TinyGuest> {
  const begun = performance.now();
  const machine = startMachine([qemu], args);
  let how: string | null = null;
  void machine.ended.then((text) => {
    how = text;
  });
  try {
    while (performance.now() - begun < SECONDS * 1000) {
      if (machine.console.last().some((line) => line.includes(marker))) {
        const seconds = (performance.now() - begun) / 1000;
        const { enabled } = await queryKvm(machine.qmp!);
        if (enabled === (accelerator === 'kvm')) return { answered: true, seconds };
        return {
          answered: false,
          reason: `it answered, and QEMU says KVM is ${enabled ? '' : 'not '}enabled`,
        };
      }
      if (how !== null) return { answered: false, reason: how };
      await delay(50);
    }
    return { answered: false, reason: `it did not answer within ${SECONDS} s` };
  } catch (error) {
    return { answered: false, reason: (error as Error).message };
  } finally {
    machine.kill();
    await machine.ended;
  }
}

/** 16-bit code that writes a text to the first serial port and halts. */
export function bootSector(text: string): Buffer {
  const code = Buffer.from([
    ...[0x31, 0xc0, 0x8e, 0xd8], // xor ax, ax; mov ds, ax
    ...[0xba, 0xf8, 0x03], // mov dx, 0x3f8
    ...[0xbe, 0x14, 0x7c], // mov si, 0x7c00 + 20: the text
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // lodsb; test al, al; jz +3; out dx, al; jmp -8
    ...[0xf4, 0xeb], // hlt; jmp
  ]);
  const sector = Buffer.alloc(512);
  code.copy(sector);
  sector[19] = 0xfd; // back to the hlt
  sector.write(`${text}\n`, 20, 'latin1');
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
