import { expect, test } from 'vitest';
import { fromSettings, toSettings } from '../../../src/bench/lab/named-settings.ts';

test('what was named is in the settings in words, and comes back from there as it was', () => {
  const named = {
    kernel: 'linux-image-6.12.1-amd64',
    qemu: '/opt/qemu/bin/qemu-system-x86_64',
    kernelParameters: [
      { level: 0, parameters: ['nohz=off'] },
      { level: 2, parameters: ['mitigations=off', 'idle=poll'] },
      { level: 2, attempts: [1, 2], parameters: ['init=/nowhere'] },
    ],
  };
  const settings = toSettings(named);
  expect(settings).toMatchObject({
    'kernel-parameters.metal': 'nohz=off',
    'kernel-parameters.L2': 'mitigations=off idle=poll',
  });
  expect(fromSettings({ depth: 2, 'kernel-release': '6.1', ...settings })).toEqual(named);
});

test('nothing named, nothing in the settings', () => {
  expect(toSettings({})).toEqual({});
  expect(fromSettings({ depth: 2 })).toEqual({});
});
