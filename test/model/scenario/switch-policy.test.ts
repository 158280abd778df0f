import { describe, expect, it } from 'vitest';
import { checkShape } from '../../../src/model/scenario/check-shape.ts';
import { readDocument } from '../../../src/model/scenario/document.ts';
import { switchSchema } from '../../../src/model/scenario/schema/switch.ts';
import { toSwitchPolicy } from '../../../src/model/scenario/switch-policy.ts';

const read = (yaml: string) => {
  const document = readDocument('switch.yaml', yaml);
  if (!document.ok) throw new Error(document.problems[0]!.message);
  return checkShape(switchSchema, document.value);
};

const policy = (yaml: string, platform?: Parameters<typeof toSwitchPolicy>[1]) => {
  const shape = read(yaml);
  if (!shape.ok) throw new Error(shape.problems[0]!.message);
  return toSwitchPolicy(shape.value, platform);
};

const problems = (yaml: string): string[] => {
  const shape = read(yaml);
  return shape.ok ? [] : shape.problems.map(({ path, message }) => `${path}: ${message}`);
};

const RULES = { promiscuous: false, forgedTransmits: true, macChanges: true, macLearning: true };
const CLOSED = { promiscuous: false, forgedTransmits: false, macChanges: false, macLearning: false };

describe('a switch', () => {
  it.each([
    ['{ promiscuous: true }', { ...CLOSED, kind: 'standard', promiscuous: true }],
    ['{ mac-learning: false }', { ...CLOSED, kind: 'standard' }],
    [
      '{ mac-learning: true, forged-transmits: true }',
      {
        ...CLOSED,
        kind: 'distributed',
        forgedTransmits: true,
        macLearning: true,
        macTable: { limit: 4096, whenFull: 'forward' },
      },
    ],
    [
      '{ kind: distributed, mac-learning: true, mac-table: { limit: 16, when-full: drop }, unknown-unicast: drop }',
      {
        ...CLOSED,
        kind: 'distributed',
        macLearning: true,
        macTable: { limit: 16, whenFull: 'drop' },
        floodUnknown: false,
      },
    ],
    ['{ kind: hyper-v }', { ...CLOSED, kind: 'hyper-v' }],
    ['{ mac-spoofing: true }', { ...RULES, kind: 'hyper-v' }],
    [
      '{ kind: linux-bridge }',
      { ...RULES, kind: 'linux-bridge', macTable: { ageing: 300e9, whenFull: 'forward' } },
    ],
    [
      '{ kind: linux-bridge, mac-table: { ageing: 0 s } }',
      { ...RULES, kind: 'linux-bridge', macTable: { ageing: 0, whenFull: 'forward' } },
    ],
    [
      '{ kind: linux-bridge, mac-learning: false }',
      { ...RULES, kind: 'linux-bridge', macTable: { ageing: 0, whenFull: 'forward' } },
    ],
    ['{ kind: nat }', { ...RULES, kind: 'nat' }],
  ])('written as %s has the rules of its kind', (yaml, expected) => {
    expect(policy(yaml)).toEqual(expected);
  });

  it('is what the platform has where nothing is said of it', () => {
    expect(toSwitchPolicy(undefined, { kind: 'linux-bridge' }).kind).toBe('linux-bridge');
    expect(toSwitchPolicy(undefined, undefined)).toEqual({ ...CLOSED, kind: 'standard' });
    expect(policy('{ promiscuous: true }', { kind: 'linux-bridge' }).kind).toBe('standard');
  });

  it('filters what several uplinks bring as the platform does, unless it says so itself', () => {
    const old = { reversePathFilter: false };
    expect(policy('{ promiscuous: true, uplinks: 2 }', old)).toMatchObject({
      uplinks: 2,
      reversePathFilter: false,
    });
    expect(policy('{ promiscuous: true, reverse-path-filter: true }', old).reversePathFilter).toBe(true);
  });

  it.each([
    [
      '{ kind: linux-bridge, promiscuous: true }',
      'promiscuous: found promiscuous for a switch of kind linux-bridge, expected it only for kind standard or distributed',
    ],
    [
      '{ kind: hyper-v, mac-learning: true }',
      'mac-learning: found mac-learning for a switch of kind hyper-v, expected it only for kind standard or distributed or linux-bridge',
    ],
    [
      '{ kind: standard, mac-learning: true }',
      'mac-learning: found a standard switch that learns addresses, expected kind distributed, or mac-learning false',
    ],
    [
      '{ mac-spoofing: true, forged-transmits: true }',
      'forged-transmits: found forged-transmits for a switch of kind hyper-v, expected it only for kind standard or distributed',
    ],
  ])('written as %s is refused', (yaml, expected) => {
    expect(problems(yaml)).toEqual([expected]);
  });
});
