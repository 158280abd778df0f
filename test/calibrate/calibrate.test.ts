import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibrate/calibrate.ts';
import { CalibrationError } from '../../src/calibrate/measured/calibration-error.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { EXIT_CLASSES, type ExitClass } from '../../src/model/machine/exit-class.ts';
import { exitCost } from '../../src/model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../src/model/machine/specification.ts';
import { mapExitClasses } from '../../src/model/scenario/map-exit-classes.ts';
import type { Platform } from '../../src/model/scenario/platform.ts';
import { syntheticRecord, TRUTH, type Truth } from './synthetic-record.ts';

const OPTIONS = { name: 'synthetic', sha256: '0'.repeat(64), replicates: 200 };

const recursionOf = ({ exits }: Platform): ExitCostParameters => ({
  switch: exits.switch.value,
  classes: mapExitClasses(exits.classes, ({ handle, reflect, ops }) => ({
    handle: handle.value,
    reflect: reflect.value,
    ops: mapExitClasses(ops, ({ value }) => value),
  })),
});

describe('calibrating on a record without noise', () => {
  const { platform, report } = calibrate(syntheticRecord(), OPTIONS);
  const { classes } = platform.exits;

  it('finds what each exit costs from depth 1: switch + handle, whatever the split', () => {
    const costs = mapExitClasses(TRUTH.exits.classes, (_, c) => exitCost(TRUTH.exits, c, 1).total);
    for (const exitClass of ['cpuid', 'hypercall', 'pio', 'msr-read', 'msr-write'] as const) {
      const sum = platform.exits.switch.value + classes[exitClass]!.handle.value;
      expect(sum, exitClass).toBeCloseTo(costs[exitClass]!, 0);
      const told = report.identified.find(({ what }) => what === `switch + handle(${exitClass})`)!;
      expect(told.value).toBeCloseTo(costs[exitClass]!, 6);
    }
  });

  it('bounds the switch by the cheapest exit and says that it is not measured', () => {
    const { switch: switchCost } = platform.exits;
    expect(switchCost.low).toBe(0);
    expect(switchCost.high).toBeCloseTo(2_600, 0);
    expect(switchCost.basis).toBe('derived');
    expect(classes.cpuid!.handle.low).toBeCloseTo(400, 0);
    expect(classes.cpuid!.handle.high).toBeCloseTo(3_000, 0);
  });

  it('finds what an access costs and what every exit brings back, from how the classes differ', () => {
    // cost(vmcs-access, 1) = 1000 + 2000; reflect 4000 + cost(vm-entry, 1) 12000.
    expect(platform.exits.switch.value + classes['vmcs-access']!.handle.value).toBeCloseTo(3_000, 0);
    const entry = platform.exits.switch.value + classes['vm-entry']!.handle.value;
    expect(entry + classes.cpuid!.reflect.value).toBeCloseTo(16_000, 0);
  });

  it('gives the figures of the worked example in docs/method-calibration.md', () => {
    expect(platform.exits.switch).toMatchObject({ value: 1_014, low: 0, high: 2_600 });
    expect(classes.cpuid!.handle).toMatchObject({ value: 1_986, low: 400, high: 3_000 });
    expect(report.shared!.access).toBeCloseTo(3_000, 3);
    expect(report.shared!.turnaround).toBeCloseTo(16_000, 3);
    expect(platform.exits.switch.value + classes['vm-entry']!.handle.value).toBe(11_840);
    expect(classes.cpuid!.reflect.value).toBe(4_160);
    expect(exitCost(recursionOf(platform), 'cpuid', 2).total).toBe(28_000);
    expect(exitCost(recursionOf(platform), 'pio', 2).total).toBe(62_000);
  });

  it('keeps the ranges of what it cannot tell apart around the truth', () => {
    expect(classes.cpuid!.reflect.low).toBeLessThanOrEqual(4_000);
    expect(classes.cpuid!.reflect.high).toBeGreaterThanOrEqual(4_000);
    expect(classes['vm-entry']!.handle.low).toBeLessThanOrEqual(11_000);
    expect(classes['vm-entry']!.handle.high).toBeGreaterThanOrEqual(11_000);
    expect(classes['vm-entry']!.handle.basis).toBe('derived');
  });

  it('counts the traps of the guest hypervisor', () => {
    const ops = classes.pio!.ops;
    expect(mapExitClasses(ops, ({ value }) => value)).toEqual({
      'msr-write': 2,
      'vmcs-access': 9,
      'vm-entry': 1,
    });
    expect(ops['vmcs-access']!.basis).toBe('measured');
  });

  it('reproduces what it was fitted on, and predicts a class from the others', () => {
    const { residuals } = platform.calibration!;
    const fitted = residuals.filter((residual) => residual.fitted);
    expect(fitted).toHaveLength(10);
    for (const { error } of fitted) expect(Math.abs(error)).toBeLessThan(1e-4);
    const leftOut = residuals.filter((r) => r.without === 'class' && r.workload === 'pio');
    expect(leftOut).toHaveLength(1);
    expect(Math.abs(leftOut[0]!.error)).toBeLessThan(1e-4);
  });

  it('predicts an application from its counted exits, and controls as unslowed', () => {
    for (const level of [1, 2]) {
      const compress = report.slowdowns.find((s) => s.workload === 'compress' && s.level === level)!;
      expect(compress.predicted).toBeCloseTo(compress.measured, 4);
      const hash = report.slowdowns.find((s) => s.workload === 'hash' && s.level === level)!;
      expect(hash.measured).toBe(1);
      expect(hash.predicted).toBe(1);
    }
    const rows = platform.calibration!.residuals.filter(({ workload }) => workload === 'compress');
    expect(rows.map(({ fitted }) => fitted)).toEqual([false, false]);
  });

  it('gives every class a cost, so that any scenario can be simulated, and says on what it rests', () => {
    // No record tells accesses that shadowing serves from others.
    const told = EXIT_CLASSES.filter((exitClass) => exitClass !== 'vmcs-shadowable');
    expect(Object.keys(classes)).toEqual(told);
    expect(classes.mmio!.handle.basis).toBe('derived');
    expect(classes.mmio!.handle.source).toContain('not in the record');
    for (const exitClass of told) {
      expect(exitCost(recursionOf(platform), exitClass, 3).total, exitClass).toBeGreaterThan(0);
    }
    expect(platform.network.drop.basis).toBe('assumed');
    expect(platform.smtThroughput.basis).toBe('published');
  });

  it('says in words what is identified and what is not', () => {
    const { notes } = platform.calibration!;
    const free = notes.find((note) => note.startsWith('not identified'))!;
    expect(free).toContain('+reflect -handle(vm-entry)');
    expect(free).toContain('+switch -handle(vm-entry)');
    expect(report.identifiability.rank).toBe(report.identifiability.parameters.length - 2);
  });

  it('takes name, hypervisor and processor from the record', () => {
    expect(platform.name).toBe('synthetic');
    expect(platform.title).toBe('KVM, measured in the emulated lab, in time');
    expect(platform.hypervisor).toBe('KVM, Linux 6.1.0-42-cloud-amd64');
    expect(platform.cpu).toBe('emulated by QEMU 7.2.22: QEMU TCG CPU (AuthenticAMD)');
    expect(platform.calibration!.record).toEqual({ id: 'synthetic', sha256: '0'.repeat(64), clock: 'time' });
  });
});

describe('what a record may lack', () => {
  it('fits level 1 alone, widely, when L2 was not reached', () => {
    const { platform } = calibrate(syntheticRecord({ levels: [0, 1] }), OPTIONS);
    const { classes, switch: switchCost } = platform.exits;
    expect(switchCost.value + classes.pio!.handle.value).toBeCloseTo(10_000, 0);
    const { reflect, ops } = classes.pio!;
    expect(reflect.low).toBe(0);
    expect(reflect.high).toBeGreaterThan(4 * reflect.value);
    expect(ops['vmcs-access']!.basis).toBe('published');
    expect(platform.calibration!.notes.join()).toContain('no exit was measured in L2');
  });

  it('says why L2 is missing when the record does', () => {
    const record = syntheticRecord({ levels: [0, 1] });
    const missing = [
      { kind: 'missing' as const, level: 2, reason: 'boot stalled\n\u001b[31mtwice', tries: 3, console: [] },
    ];
    const { platform } = calibrate({ ...record, missing }, OPTIONS);
    expect(platform.calibration!.notes.join()).toContain('(boot stalled [31mtwice)');
  });

  it('takes the traps from the literature and from what L2 leaves, without counters', () => {
    const { platform, report } = calibrate(syntheticRecord({ counters: 'none' }), OPTIONS);
    const { ops } = platform.exits.classes.pio!;
    expect(platform.exits.classes.cpuid!.ops['vmcs-access']!.basis).toBe('published');
    expect(ops['vmcs-access']!.basis).toBe('derived');
    expect(ops['vmcs-access']!.value).toBeGreaterThan(3);
    expect(ops['vmcs-access']!.high).toBeGreaterThan(9);
    const fitted = report.residuals.filter((residual) => residual.fitted);
    for (const { error } of fitted) expect(Math.abs(error)).toBeLessThan(1e-3);
    // Nothing is left to predict a class from: each took its own traps from its own cost.
    expect(report.residuals.some((r) => r.without === 'class' && r.workload === 'pio')).toBe(false);
    expect(platform.calibration!.notes.join()).toContain('no counters say how many exits compress take');
  });

  it('lumps the traps that totals do not name into accesses of a mean cost', () => {
    const { platform, report } = calibrate(syntheticRecord({ counters: 'totals' }), OPTIONS);
    const ops = mapExitClasses(platform.exits.classes.pio!.ops, ({ value }) => value);
    expect(ops).toEqual({ 'vmcs-access': 11, 'vm-entry': 1 });
    const access = platform.exits.switch.value + platform.exits.classes['vmcs-access']!.handle.value;
    // Between an access (3000) and an MSR write (4500), two of which are among pio's eleven.
    expect(access).toBeGreaterThan(3_000);
    expect(access).toBeLessThan(4_500);
    for (const { error, fitted } of report.residuals) if (fitted) expect(Math.abs(error)).toBeLessThan(1e-3);
  });

  it('takes what comes with time alone off the counts', () => {
    const { platform } = calibrate(syntheticRecord({ background: 2e-6 }), OPTIONS);
    const { ops } = platform.exits.classes.pio!;
    expect(ops['vmcs-access']!.value).toBeCloseTo(9, 6);
    expect(ops['vmcs-access']!.high).toBeGreaterThan(9);
    expect(ops['external-interrupt']).toBeUndefined();
  });

  const refusal = (levels: readonly number[], keep: (workload: string) => boolean = () => true) => {
    const record = syntheticRecord({ levels });
    const samples = record.samples.filter(({ workload }) => keep(workload));
    try {
      calibrate({ ...record, samples }, OPTIONS);
    } catch (error) {
      if (error instanceof CalibrationError) return error;
      throw error;
    }
    throw new Error('calibrated what cannot be');
  };

  it('refuses a record without the metal, and says what to run', () => {
    const error = refusal([1, 2]);
    expect(error.code).toBe('no-metal');
    expect(error.message).toMatch(/found samples of level 1, 2, expected level 0/);
    expect(error.message).toMatch(/nestmark bench --lab emulated/);
  });

  it('refuses a record without a guest', () => {
    const error = refusal([0]);
    expect(error.code).toBe('no-nested-level');
    expect(error.message).toMatch(/found samples of level 0, expected level 1/);
  });

  it('refuses a record without an exit', () => {
    const error = refusal([0, 1], (workload) => ['hash', 'alu-loop', 'syscall'].includes(workload));
    expect(error.code).toBe('no-exit-probe');
    expect(error.message).toMatch(/expected one of cpuid, hypercall/);
  });

  it('refuses a record that is empty', () => {
    expect(refusal([0, 1], () => false).code).toBe('no-metal');
  });
});

describe('noise', () => {
  it('leaves out a class whose exit cannot be told from nothing, and says so', () => {
    const truth: Truth = { ...TRUTH, metal: { ...TRUTH.metal, pio: 4_000_000 } };
    const { platform } = calibrate(syntheticRecord({ truth, noise: { sigma: 0.1, seed: 5 } }), OPTIONS);
    expect(platform.exits.classes.pio!.handle.source).toContain('not in the record');
    expect(platform.calibration!.notes.join()).toMatch(/pio costs .* does not tell from nothing/);
  });

  it('keeps every parameter at or above zero when L2 seems cheaper than L1', () => {
    const record = syntheticRecord();
    const samples = record.samples.map((line) =>
      line.level === 2 && line.workload === 'pio'
        ? { ...line, values: line.values.map((v) => v / 10) }
        : line,
    );
    const { platform } = calibrate({ ...record, samples }, OPTIONS);
    const { reflect, handle } = platform.exits.classes.pio!;
    expect(reflect.value).toBe(0);
    expect(handle.value).toBeGreaterThan(0);
    const residual = platform.calibration!.residuals.find(
      (r) => r.fitted && r.level === 2 && r.workload === 'pio',
    )!;
    expect(residual.error).toBeGreaterThan(0.5);
    // The other classes are not spoilt by the one that contradicts the model.
    const cpuid = platform.calibration!.residuals.find(
      (r) => r.fitted && r.level === 2 && r.workload === 'cpuid',
    )!;
    expect(Math.abs(cpuid.error)).toBeLessThan(1e-3);
    for (const { handle: h, reflect: r } of Object.values(platform.exits.classes)) {
      for (const figure of [h, r]) {
        expect(figure.low).toBeGreaterThanOrEqual(0);
        expect(figure.low).toBeLessThanOrEqual(figure.value);
        expect(figure.value).toBeLessThanOrEqual(figure.high);
      }
    }
  });
});

describe('determinism', () => {
  const noisy = () => syntheticRecord({ noise: { sigma: 0.05, seed: 9 } });

  it('same record, same seed: the same bytes', () => {
    const bytes = () => JSON.stringify(calibrate(noisy(), { ...OPTIONS, seed: 4 }));
    expect(bytes()).toBe(bytes());
  });

  it('the seed moves intervals, not values', () => {
    const [a, b] = [4, 5].map((seed) => calibrate(noisy(), { ...OPTIONS, seed }).report.identified);
    expect(a!.map(({ value }) => value)).toEqual(b!.map(({ value }) => value));
    expect(a!.map(({ high }) => high)).not.toEqual(b!.map(({ high }) => high));
  });

  it('the order of lines in the record does not matter', () => {
    const record = noisy();
    const shuffled = {
      ...record,
      samples: record.samples.toReversed(),
      counters: record.counters.toReversed(),
    };
    const platformOf = (r: typeof record) => calibrate(r, OPTIONS).platform.exits;
    expect(platformOf(shuffled)).toEqual(platformOf(record));
  });
});

describe('the instruction clock', () => {
  it('counts a switch as one instruction, and is sure of a median to a thousandth', () => {
    const { platform, report } = calibrate(syntheticRecord({ clock: 'instructions' }), OPTIONS);
    expect(platform.clock).toBe('instructions');
    expect(platform.exits.switch.value).toBe(2);
    const cpuid = report.identified.find(({ what }) => what === 'switch + handle(cpuid)')!;
    expect(cpuid).toMatchObject({ value: 3_000, low: 2_997, high: 3_003 });
  });
});

it('reproduces any machine that follows the recursion', () => {
  const time = fc.integer({ min: 500, max: 50_000 }).map(ns);
  const count = fc.integer({ min: 0, max: 8 });
  const machine = fc.record({
    switch: time,
    reflect: time,
    entry: time,
    access: time,
    classes: fc.array(fc.tuple(time, count), { minLength: 5, maxLength: 5 }),
  });
  const names = ['cpuid', 'hypercall', 'msr-read', 'msr-write', 'pio'] as const;
  fc.assert(
    fc.property(machine, (m) => {
      const classes: Partial<Record<ExitClass, ExitCostParameters['classes'][ExitClass] & object>> = {
        'vm-entry': { handle: m.entry, reflect: m.reflect, ops: { 'vm-entry': 1 } },
        'vmcs-access': { handle: m.access, reflect: m.reflect, ops: { 'vm-entry': 1 } },
      };
      for (const [i, [handle, accesses]] of m.classes.entries()) {
        classes[names[i]!] = { handle, reflect: m.reflect, ops: { 'vm-entry': 1, 'vmcs-access': accesses } };
      }
      const truth: Truth = { ...TRUTH, exits: { switch: m.switch, classes } };
      const { platform } = calibrate(syntheticRecord({ truth, samples: 7 }), { ...OPTIONS, replicates: 20 });
      for (const name of names) {
        for (const depth of [1, 2]) {
          const expected = exitCost(truth.exits, name, depth).total;
          expect(exitCost(recursionOf(platform), name, depth).total / expected).toBeCloseTo(1, 3);
        }
      }
    }),
    { numRuns: 40 },
  );
});
