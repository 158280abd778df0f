import type { MachinesFile, ReachedMachine } from './machines-file.ts';

/** The name by which ssh is asked for a machine: its address where that is nobody else's, so that the user's own configuration for it holds. */
export function hostAlias(machine: ReachedMachine, { machines }: MachinesFile): string {
  const same = machines.filter(({ address }) => address === machine.address);
  return same.length === 1 ? machine.address : `nestmark-${machine.name}`;
}

/**
 * What ssh is given as its configuration: first what the file of machines says, then the user's own, of which ssh takes
 * what is not set yet (ssh_config(5)). Passwords are never asked for, and host keys always checked.
 */
export function sshConfig(file: MachinesFile, userConfig = '~/.ssh/config'): string {
  const hosts = file.machines.map((machine) => {
    const { address, user, port, identity, parent, options } = machine;
    const through = file.machines.find(({ name }) => name === parent);
    const lines: readonly (readonly [string, string | number | undefined])[] = [
      ['HostName', hostAlias(machine, file) === address ? undefined : address],
      ['User', user],
      ['Port', port],
      ['IdentityFile', identity === undefined ? undefined : quoted(identity)],
      ['IdentitiesOnly', identity === undefined ? undefined : 'yes'],
      ['ProxyJump', through === undefined ? undefined : hostAlias(through, file)],
      ...Object.entries(options),
    ];
    const set = lines.filter(([, value]) => value !== undefined).map(([key, value]) => `  ${key} ${value}\n`);
    return `Host ${hostAlias(machine, file)}\n${set.join('')}`;
  });
  const known = file.knownHosts === undefined ? '' : `  UserKnownHostsFile ${quoted(file.knownHosts)}\n`;
  return `${hosts.join('')}Host *
  BatchMode yes
  StrictHostKeyChecking yes
${known}  ServerAliveInterval 5
  ServerAliveCountMax 6
  ConnectTimeout 30
Include ${userConfig}
`;
}

const quoted = (path: string): string => `"${path}"`;
