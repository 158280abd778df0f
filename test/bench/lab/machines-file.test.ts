import { expect, test } from 'vitest';
import { MachinesError, parseMachines } from '../../../src/bench/lab/machines-file.ts';
import { hostAlias, sshConfig } from '../../../src/bench/lab/ssh-config.ts';

const FILE = `
known-hosts: hosts
machines:
  - { name: esxi, level: 1, address: 10.0.0.5, user: root, identity: ~/.ssh/lab }
  - { name: inner, level: 2, parent: esxi, address: 192.168.122.2, port: 2222, options: { Compression: true } }
`;

test('becomes a configuration of ssh in which host keys are always checked and inner machines are reached through their parent', () => {
  const file = parseMachines(FILE, '/lab/machines.yaml');
  const config = sshConfig(file);
  expect(config).toContain('Host 192.168.122.2\n  Port 2222\n  ProxyJump 10.0.0.5\n  Compression yes\n');
  expect(config).toContain('Host 10.0.0.5\n  User root\n');
  expect(config).toContain(
    '  BatchMode yes\n  StrictHostKeyChecking yes\n  UserKnownHostsFile "/lab/hosts"\n',
  );
  expect(config.trimEnd()).toMatch(/Include ~\/\.ssh\/config$/);
});

test('machines of the same address get names of their own', () => {
  const file = parseMachines(
    'machines:\n  - { name: a, level: 1, address: localhost, port: 1 }\n  - { name: b, level: 2, address: localhost, port: 2 }\n',
    'm.yaml',
  );
  expect(file.machines.map((machine) => hostAlias(machine, file))).toEqual(['nestmark-a', 'nestmark-b']);
  expect(sshConfig(file)).toContain('Host nestmark-b\n  HostName localhost\n  Port 2\n');
});

test.each([
  ['options: { StrictHostKeyChecking: no }', 'StrictHostKeyChecking no, expected yes'],
  ['options: { stricthostkeychecking: accept-new }', 'accept-new, expected yes'],
  ['options: { UserKnownHostsFile: /dev/null }', 'known-hosts'],
  ['options: { PasswordAuthentication: yes }', 'passwords are not used'],
  ['parent: nobody', 'the parent nobody, expected one of a'],
  ['parent: a', 'the parent a at level 1, expected a lower level than 1'],
  ['password: secret', 'password'],
  ['address: "-oProxyCommand=x"', 'does not begin with a dash'],
])('%s is refused', (line, message) => {
  const text = `machines:\n  - name: a\n    level: 1\n    ${line}\n`;
  expect(() => parseMachines(text, 'm.yaml')).toThrow(MachinesError);
  expect(() => parseMachines(text, 'm.yaml')).toThrow(message);
});
