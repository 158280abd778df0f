import { describe, expect, it } from 'vitest';
import type { GuestPool, PooledReplication } from '../../../src/model/experiment/guest-pool.ts';
import { synchronisationRows } from '../../../src/model/experiment/synchronisation-rows.ts';
import type {
  GuestMeasurement,
  SynchronisationMeasurement,
  VcpuTime,
} from '../../../src/model/machine/measurement.ts';

const MS = 1e6;

const NOTHING: SynchronisationMeasurement = {
  sections: 0,
  contended: 0,
  lockWait: 0,
  sectionsLeft: 0,
  preempted: 0,
  barriers: 0,
  barrierWait: 0,
};

const guest = (
  synchronisation: Partial<SynchronisationMeasurement> | null,
  spinExits: readonly number[] = [0],
): GuestMeasurement => ({
  entity: 'g',
  role: 'g',
  seat: 1,
  level: 2,
  vcpus: spinExits.map((exits): VcpuTime => ({ ...IDLE, spinExits: exits })),
  jobs: null,
  frames: null,
  disk: null,
  synchronisation: synchronisation === null ? null : { ...NOTHING, ...synchronisation },
});

const IDLE: VcpuTime = {
  running: 0,
  ready: 0,
  coStopped: 0,
  limited: 0,
  halted: 1,
  hiddenSteal: 0,
  polling: 0,
  spinning: 0,
  spinExits: 0,
  directedYields: 0,
  waits: 0,
};

const rowsOf = (...replications: (readonly GuestMeasurement[])[]) => {
  const pool: GuestPool = {
    role: 'g',
    level: 2,
    replications: replications.map((guests): PooledReplication => ({ guests, services: [], seconds: 2 })),
  };
  return new Map(synchronisationRows(pool).map((row) => [row.metric, row]));
};

describe('rows of locks and barriers', () => {
  it('weigh every section alike, whichever guest of the role entered it', () => {
    const rows = rowsOf([
      guest({ sections: 30, lockWait: 60 * MS, sectionsLeft: 30, preempted: 3 }),
      guest({ sections: 10, lockWait: 20 * MS, sectionsLeft: 20, preempted: 7 }),
    ]);
    expect(rows.get('lock-wait')).toMatchObject({ mean: 2, unit: 'ms', entity: 'g', level: 2 });
    expect(rows.get('lock-holder-preempted')).toMatchObject({ mean: 20, unit: '%' });
    expect(rows.has('barrier-wait')).toBe(false);
  });

  it('say how long a barrier took each who passed it', () => {
    expect(rowsOf([guest({ barriers: 4, barrierWait: 10 * MS })]).get('barrier-wait')?.mean).toBe(2.5);
  });

  it('are of the replications in which there was a section, and of no other', () => {
    const row = rowsOf([guest({ sections: 2, lockWait: 4 * MS })], [guest({})]).get('lock-wait')!;
    expect(row).toMatchObject({ mean: 2, n: 1, sample: [2, null] });
  });

  it('count exits of a vCPU in a second of the window, guests without locks too', () => {
    const row = rowsOf([guest({}, [100, 300]), guest(null, [0, 0])]).get('spin-exits')!;
    expect(row).toMatchObject({ mean: 50, unit: '1/s' });
  });

  it('are not there where nobody has locks', () => {
    expect(rowsOf([guest(null)]).size).toBe(0);
  });
});
