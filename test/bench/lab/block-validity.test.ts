import { describe, expect, test } from 'vitest';
import type { Facts } from '../../../src/bench/environment/facts.ts';
import { type BlockEvidence, judgeBlock } from '../../../src/bench/lab/block-validity.ts';
import { levelName } from '../../../src/bench/lab/record-assembler.ts';
import type { RecordSamples } from '../../../src/bench/record/record.ts';

const hash = (level: number, ...values: number[]): RecordSamples => ({
  ...{ kind: 'samples', level, boot: 1, block: 1, workload: 'hash', class: 'control', unit: 'ns', values },
  ...{ operationsPerSample: 1, warmUp: 0, outliers: [], checksum: null },
});
const quiet: Facts = { seconds: 2, 'steal-share': 0, 'clock-source': 'tsc' };
const judge = (more: Partial<BlockEvidence>) =>
  judgeBlock({
    ...{ clock: 'time', samples: [], machine: {}, nameOf: levelName, neighbours: [0] },
    processors: { emulated: 2, real: 2 },
    watched: new Map([
      [0, [quiet]],
      [1, [quiet, quiet]],
    ]),
    ...more,
  });
const around = (level: number, middle: number): RecordSamples =>
  hash(level, ...[-3, -2, -1, 0, 1, 2, 3].map((step) => middle + step));

describe('a block is valid', () => {
  test('when nothing happened, and says what was watched', () => {
    expect(judge({ samples: [around(0, 1000), around(1, 1010)], machine: { load: '1' } })).toEqual({
      reasons: [],
      watched: {
        '0': { seconds: 2, 'steal-share': 0, 'clock-source': 'tsc' },
        '1': { seconds: 4, 'steal-share': 0, 'clock-source': 'tsc' },
        machine: { load: '1' },
      },
    });
  });

  test('and says what the agents took while levels above were timed, over all of their turns', () => {
    const turns = [
      { ...quiet, 'quiet-seconds': 3, 'quiet-cpu-seconds': 0.003 },
      { ...quiet, 'quiet-seconds': 1, 'quiet-cpu-seconds': 0.005 },
    ];
    expect(judge({ watched: new Map([[0, turns]]) }).watched['0']).toMatchObject({
      'quiet-seconds': 4,
      'agent-quiet-share': 0.002,
    });
  });

  test('when a control is off by what the clock is off by, or too noisy to tell', () => {
    expect(judge({ samples: [around(0, 1000), around(1, 1120)] }).reasons).toEqual([]);
    expect(judge({ samples: [around(0, 1000), hash(1, 900, 1300, 1400, 1500, 1600, 1700)] }).reasons).toEqual(
      [],
    );
  });

  test('when its own hypervisor takes time from a level, for the devices it emulates', () => {
    expect(judge({ watched: new Map([[1, [{ ...quiet, 'steal-share': 0.6 }]]]) }).reasons).toEqual([]);
  });

  test('when the emulator waits for itself: its own threads and nestmark want more than the machine has', () => {
    const machine = { 'emulator.waiting-share': 0.17, 'emulator.lost-share': 0.02 };
    expect(judge({ machine }).reasons).toEqual([]);
  });

  test('on the instruction clock whatever else the machine does', () => {
    const machine = { 'emulator.waiting-share': 0.9, 'steal-share': 0.5, 'clock-jump-seconds': 7 };
    expect(judge({ clock: 'instructions', machine }).reasons).toEqual([]);
  });
});

describe('a block is not valid', () => {
  test.each<[string, Partial<BlockEvidence>, RegExp]>([
    [
      'when a control drifts',
      { samples: [around(0, 1000), around(1, 1250)] },
      /^hash, which takes no exits, cost 1.25 times as much in L1 as on the metal$/,
    ],
    [
      'by 3 % of instructions',
      { clock: 'instructions', samples: [around(0, 1000), around(1, 1030)] },
      /^hash, .* 1.03 times/,
    ],
    [
      'when a level changes its clock',
      { watched: new Map([[1, [quiet, { ...quiet, 'clock-source': 'hpet' }]]]) },
      /^L1 changed its clock source: tsc, hpet$/,
    ],
    [
      'when others take time from a level that they share processors with',
      { watched: new Map([[1, [quiet, { ...quiet, seconds: 1, 'steal-share': 0.6 }]]]), neighbours: [1, 2] },
      /^20 % of L1’s time was stolen$/,
    ],
    [
      'when the machine is busy',
      { machine: { 'emulator.waiting-share': 0.42 } },
      /waited for a processor 42 % of its time/,
    ],
    [
      'when others take time from the emulator',
      { machine: { 'emulator.waiting-share': 0.42, 'emulator.lost-share': 0.12 } },
      /waited for a processor 12 % of its time: the machine was busy with something else$/,
    ],
    [
      'when there are fewer processors than are emulated, which then do not run at the same time',
      {
        machine: { 'emulator.waiting-share': 0.4, 'emulator.lost-share': 0.02 },
        processors: { emulated: 4, real: 2 },
      },
      /waited for a processor 40 % of its time: 4 emulated processors share 2$/,
    ],
    [
      'when the machine is a guest that waits',
      { machine: { 'steal-share': 0.11 } },
      /^11 % of the machine’s own time/,
    ],
    ['when it is too hot', { machine: { throttled: 3 } }, /throttled 3 times/],
    ['when its clock is set', { machine: { 'clock-jump-seconds': -61 } }, /clock was set by -61 s/],
  ])('%s', (_, evidence, reason) => {
    const { reasons } = judge(evidence);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(reason);
  });
});
