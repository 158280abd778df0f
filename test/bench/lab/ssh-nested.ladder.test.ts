import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureImage } from '../../../src/bench/image/build-image.ts';
import { type CpioEntry, writeCpio } from '../../../src/bench/image/cpio.ts';
import { BOOT_MODULES, GUEST, KVM_MODULES, NETWORK_MODULES } from '../../../src/bench/image/init-script.ts';
import { sharedLibraries } from '../../../src/bench/image/shared-libraries.ts';
import { kernelCommandLine } from '../../../src/bench/lab/kernel-command-line.ts';
import { guestArguments, memoryOf, metalArguments } from '../../../src/bench/lab/qemu-arguments.ts';
import { type Machine, startMachine } from '../../../src/bench/lab/qemu-process.ts';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { runNestmark } from '../../cli/run-nestmark.ts';

/*
 * Machines somebody else has set up, one inside the other: the emulated metal, L1 and L2, without any of our agents,
 * each with an SSH server, and each reached through the one below it only.
 */

const DEPTH = 2;
const DROPBEAR = '/usr/sbin/dropbear';
const BITS_OF_X86_64 = '/lib/x86_64-linux-gnu';
let directory: string;
let metal: Machine | null = null;
let port: number;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nestmark-nested-ssh-'));
  for (const key of ['user', 'host'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, key)]);
  const hostKey = join(directory, 'host.dropbear');
  execFileSync('dropbearconvert', ['openssh', 'dropbear', join(directory, 'host'), hostKey], {
    stdio: 'ignore',
  });
  const image = await ensureImage();
  const initramfs = join(directory, 'initramfs.cpio');
  // The kernel unpacks one archive after the other; a file that comes again replaces the one before.
  const archive = Buffer.concat([readFileSync(image.initramfs), writeCpio(await ownFiles(hostKey))]);
  const DISK_BLOCK = 512;
  const padding = Buffer.alloc((DISK_BLOCK - (archive.length % DISK_BLOCK)) % DISK_BLOCK);
  writeFileSync(initramfs, Buffer.concat([archive, padding]));
  port = await freePort();
  metal = startMachine(
    [image.qemu],
    [
      ...metalArguments(
        {
          files: { kernel: image.kernel, initramfs, root: image.root, scratch: initramfs },
          memoryMiB: memoryOf(0, DEPTH),
          vcpus: 1,
          commandLine: kernelCommandLine(['level=0']),
        },
        'time',
      ),
      ...['-netdev', `user,id=out,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
      ...['-device', 'virtio-net-pci,netdev=out,romfile='],
    ],
  );
  await until(() => metal!.console.last().some((line) => line.endsWith('L2 is up')));
}, 400_000);

afterAll(async () => {
  metal?.kill();
  await metal?.ended;
  rmSync(directory, { recursive: true, force: true });
});

test('an L2 is measured through its L1, and that through the metal', { timeout: 400_000 }, async () => {
  const host = readFileSync(join(directory, 'host.pub'), 'utf8').trim();
  const known = [`[127.0.0.1]:${port}`, '10.77.1.2', '10.77.2.2'].map((name) => `${name} ${host}\n`);
  writeFileSync(join(directory, 'known'), known.join(''));
  const common = 'user: root, identity: user, options: { ConnectTimeout: 120, ServerAliveInterval: 60 }';
  writeFileSync(
    join(directory, 'machines.yaml'),
    `known-hosts: known
machines:
  - { name: metal, level: 0, address: 127.0.0.1, port: ${port}, ${common} }
  - { name: outer, level: 1, parent: metal, address: 10.77.1.2, ${common} }
  - { name: inner, level: 2, parent: outer, address: 10.77.2.2, ${common} }
`,
  );
  const out = join(directory, 'nested.jsonl');
  const command = [
    ...['bench', '--lab', 'ssh', '--machines', join(directory, 'machines.yaml'), '--effort', 'small'],
    ...['--blocks', '1', '--only', 'alu-loop', 'syscall', 'cpuid', 'hash', '--out', out],
  ];
  const ran = await runNestmark(command);
  expect(ran.code, ran.stderr).toBe(0);
  const { levels, samples, missing } = await readRecordFile(out);
  expect(missing).toEqual([]);
  expect(levels.map(({ level, accelerator }) => [level, accelerator.name, accelerator.verified])).toEqual([
    [0, 'emulated-cpu', true],
    [1, 'kvm', true],
    [2, 'kvm', true],
  ]);
  const least = (level: number, workload: string): number =>
    Math.min(...samples.find((line) => line.level === level && line.workload === workload)!.values);
  // Far from a measurement, and far enough to tell the levels apart.
  expect(least(1, 'cpuid')).toBeGreaterThan(20 * least(0, 'cpuid'));
  expect(least(2, 'cpuid')).toBeGreaterThan(3 * least(1, 'cpuid'));
  expect(
    new Set(samples.filter(({ workload }) => workload === 'hash').map(({ checksum }) => checksum)).size,
  ).toBe(1);
});

async function ownFiles(hostKey: string): Promise<readonly CpioEntry[]> {
  const directories = ['bin', 'etc', 'image', 'lib', BITS_OF_X86_64, 'tmp', 'run', 'root', 'root/.ssh'];
  const file = (path: string, data: string | Buffer, mode = 0o644): CpioEntry => ({
    ...{ type: 'file', path, mode, data: Buffer.from(data) },
  });
  const libraries = (await sharedLibraries(DROPBEAR)).filter((path) => !path.includes('ld-linux'));
  return [
    ...directories.map(
      (path) => ({ type: 'directory', path: path.replace(/^\//, ''), mode: 0o700 }) as const,
    ),
    file('init', initScript(), 0o755),
    file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    file('etc/shells', '/bin/sh\n'),
    file('etc/host.key', readFileSync(hostKey), 0o600),
    file('root/.ssh/authorized_keys', readFileSync(join(directory, 'user.pub')), 0o600),
    file('bin/dropbear', readFileSync(DROPBEAR), 0o755),
    ...libraries.map((path) =>
      file(`${BITS_OF_X86_64.slice(1)}/${basename(path)}`, readFileSync(path), 0o755),
    ),
  ];
}

/** Of every level: the image's programs beside an SSH server, and one guest. */
function initScript(): string {
  const module = (name: string): string => `$bb insmod ${GUEST.modules}/${name}.ko`;
  // Without the channels to an agent and to a supervisor that are not there.
  const guest = (level: number): string =>
    withoutChannels(
      guestArguments(
        {
          files: {
            ...{ kernel: GUEST.kernel, initramfs: '/run/initramfs', root: GUEST.imageDevice },
            ...{ scratch: '/run/initramfs', firmware: GUEST.firmware },
          },
          memoryMiB: memoryOf(level, DEPTH),
          vcpus: 1,
          commandLine: `'${kernelCommandLine([`level=${level}`])}'`,
          tap: `guest${level}`,
        },
        'time',
      ),
    ).join(' ');
  const start = (level: number): string => `
  ${[...KVM_MODULES, 'kvm-amd', 'tun'].map(module).join('\n  ')}
  $bb dd if=${GUEST.scratchDevice} of=/run/initramfs bs=64k 2>/dev/null
  $bb tunctl -t guest${level} >/dev/null
  $bb ifconfig guest${level} 10.77.${level}.1 netmask 255.255.255.0 up
  ${GUEST.qemu} ${guest(level)} </dev/null
  echo "L${level} is gone"`;
  return `#!/bin/busybox sh
bb=/bin/busybox
$bb mount -t devtmpfs none /dev
$bb mount -t proc none /proc
$bb mount -t sysfs none /sys
$bb mkdir -p /dev/pts
$bb mount -t devpts none /dev/pts
$bb --install -s /bin
for module in ${BOOT_MODULES.join(' ')}; do $bb insmod /modules/$module.ko; done
until [ -b ${GUEST.imageDevice} ]; do usleep 10000; done
mount -t squashfs -o ro ${GUEST.imageDevice} /image
ln -s /image/usr /image/opt /image/lib64 /
for library in /image${BITS_OF_X86_64}/*; do [ -e "${BITS_OF_X86_64}/$(basename $library)" ] || ln -s $library ${BITS_OF_X86_64}/; done
mount -t tmpfs none /tmp
mount -t tmpfs none /run
ifconfig lo 127.0.0.1 up
level=$(sed 's/.*level=\\([0-9]\\).*/\\1/' /proc/cmdline)
${NETWORK_MODULES.map(module).join('\n')}
case $level in
0) ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up ;;
*) ifconfig eth0 10.77.$level.2 netmask 255.255.255.0 up ;;
esac
/bin/dropbear -r /etc/host.key -s -E
echo "L$level is up"
case $level in
${Array.from({ length: DEPTH }, (_, below) => `${below})${start(below + 1)}\n  ;;`).join('\n')}
*) while :; do sleep 1000; done ;;
esac
poweroff -f
`;
}

/** All options have a value. */
function withoutChannels(options: readonly string[]): readonly string[] {
  const channel = (value: string | undefined): boolean =>
    /^(?:socket,|virtserialport,|chardev=qmp)/.test(value ?? '');
  return options.filter((option, i) => !channel(option) && !channel(options[i + 1]));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number };
      server.close(() => resolve(free));
    });
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 200));
}
