// The Debian packages the tests need, and what can still be tested without each.
import { existsSync } from 'node:fs';
import { ask, attempt } from './steps.mjs';

/** `probe`: a file or command that shows the package is there. `legs`: the test projects that need it. */
const PACKAGES = [
  { name: 'qemu-system-x86', probe: 'qemu-system-x86_64', legs: ['lab', 'ladder'] },
  { name: 'squashfs-tools', probe: 'mksquashfs', legs: ['lab', 'ladder'] },
  { name: 'busybox-static', probe: 'busybox', legs: ['lab', 'ladder'] },
  { name: 'openssh-server', probe: '/usr/sbin/sshd', legs: ['lab', 'ladder'] },
  { name: 'openssh-client', probe: 'ssh', legs: ['lab', 'ladder'] },
  { name: 'cpio', probe: 'cpio', legs: ['lab', 'ladder'] },
  { name: 'gcc', probe: 'gcc', legs: ['lab', 'ladder'] },
  { name: 'tcc', probe: 'tcc', legs: ['lab', 'ladder'] },
  { name: 'iproute2', probe: 'ip', legs: ['lab', 'ladder'] },
  { name: 'dropbear-bin', probe: 'dropbearconvert', legs: ['ladder'] },
  { name: 'libc6-dev', probe: '/usr/include/stdio.h', legs: ['lab', 'ladder'] },
  { name: 'chromium', probe: 'chromium', legs: ['browser'] },
];

const present = ({ probe }) =>
  probe.startsWith('/') ? existsSync(probe) : ask('sh', ['-c', `command -v ${probe}`]) !== null;

/**
 * Installs what is missing when this is root on Debian; otherwise says what is missing.
 * @returns {{missing: string[], skippedLegs: Set<string>}}
 */
export function setUpDebianPackages() {
  let missing = PACKAGES.filter((entry) => !present(entry));
  if (missing.length > 0 && process.getuid?.() === 0 && ask('sh', ['-c', 'command -v apt-get']) !== null) {
    const names = missing.map(({ name }) => name);
    console.error(`Installing Debian packages: ${names.join(' ')} ...`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    attempt('apt-get', ['-qq', 'update'], { env });
    attempt('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...names], { env });
    missing = PACKAGES.filter((entry) => !present(entry));
  }
  return {
    missing: missing.map(({ name }) => name),
    skippedLegs: new Set(missing.flatMap(({ legs }) => legs)),
  };
}
