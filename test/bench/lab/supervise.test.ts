import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ConsoleTail } from '../../../src/bench/lab/console-tail.ts';
import type { GuestOptions } from '../../../src/bench/lab/guest-session.ts';
import { type AgentConfiguration, decodeReport, type Report } from '../../../src/bench/lab/protocol.ts';
import type { Machine } from '../../../src/bench/lab/qemu-process.ts';
import { GuestSupervisor } from '../../../src/bench/lab/supervise.ts';
import type { Upstream } from '../../../src/bench/lab/upstream.ts';

/** A guest of which a test says what it does. */
class FakeGuest {
  readonly console = new ConsoleTail();
  readonly machine: Machine;
  readonly #up = new PassThrough();
  #end: (how: string) => void = () => undefined;

  constructor() {
    this.machine = {
      channel: Duplex.from({ readable: this.#up, writable: new PassThrough().resume() }) as Duplex,
      console: this.console,
      pid: null,
      qmp: null,
      ended: new Promise((resolve) => {
        this.#end = resolve;
      }),
      kill: () => this.end('QEMU was ended by SIGKILL'),
    };
  }

  say(line: string): void {
    this.#up.write(`${line}\n`);
  }

  end(how: string): void {
    this.#end(how);
  }
}

const CONFIGURATION: AgentConfiguration = {
  ...{ level: 0, depth: 2, bare: false, outermost: 0, clock: 'time', nsPerInstruction: null },
  ...{ effort: 'small', seed: 1, vcpus: 1, workloads: [], kernelParameters: [] },
  // Where no deadline is tried none comes, not on a busy machine either.
  patience: { tries: 2, bootSeconds: 60, silenceSeconds: 60 },
};

/** All boots of a guest that goes the same way each time. */
async function supervise(
  script: (guest: FakeGuest, supervisor: GuestSupervisor) => void,
  {
    pulse,
    relay,
    alive,
    patience,
  }: Pick<GuestOptions, 'alive' | 'patience'> & {
    readonly pulse?: () => number;
    readonly relay?: Upstream['relay'];
  } = {},
): Promise<readonly Report[]> {
  const reports: Report[] = [];
  const supervisor: GuestSupervisor = new GuestSupervisor({
    level: 1,
    configuration: CONFIGURATION,
    host: {
      start: () => {
        const guest = new FakeGuest();
        setImmediate(() => script(guest, supervisor));
        return Promise.resolve(guest.machine);
      },
      beforeStart: () => undefined,
      evidenceForGuest: () => Promise.resolve([]),
      evidenceForDeeper: () => [],
      mark: () => undefined,
      stopCounting: () => undefined,
      pulse: pulse ?? (() => null),
    },
    upstream: {
      report: (report) => void reports.push(report),
      mark: () => Promise.resolve(),
      ...(relay === undefined ? {} : { relay }),
    },
    read: decodeReport,
    pulse: { intervalSeconds: 0.02, missed: 3 },
    ...(alive === undefined ? {} : { alive }),
    ...(patience === undefined ? {} : { patience }),
  });
  await supervisor.run();
  return reports;
}

const reasons = (reports: readonly Report[]): readonly string[] =>
  reports.flatMap((report) => (report.type === 'lost' || report.type === 'gave-up' ? report.reason : []));

describe('a guest', () => {
  test('that hangs at boot is known by its pulse, booted again, and given up', async () => {
    // A few exits after each start, then none.
    let before = 0;
    let beats = 0;
    const start = (): void => {
      before += 1000;
      beats = 0;
    };
    const reports = await supervise(start, {
      pulse: () => before + Math.min(++beats, 5),
    });
    const told = reports.map(({ type }) => type).filter((type) => type !== 'alive');
    expect(told).toEqual(['boot', 'lost', 'boot', 'lost', 'gave-up']);
    expect(reasons(reports)[1]).toBe(reasons(reports)[0]);
    expect(reasons(reports)[0]).toBe(
      'it hung: no exit but interrupts of its host for 0.06 s before its agent answered',
    );
  });

  test('that runs and never answers has its deadline', async () => {
    let beats = 0;
    const reports = await supervise(() => undefined, {
      pulse: () => ++beats,
      patience: { tries: 2, bootSeconds: 0.2, silenceSeconds: 0.2 },
    });
    expect(reasons(reports)[0]).toBe('its agent did not answer within 0.2 s');
  });

  test('whose QEMU is killed is lost for that reason', async () => {
    const reports = await supervise((guest) => guest.end('QEMU was ended by SIGKILL'));
    expect(reasons(reports)[0]).toBe('QEMU was ended by SIGKILL before its agent answered');
  });

  test.each([
    [
      'runs out of memory',
      [
        '[    3.1] node invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0',
        '[    3.2] Out of memory: Killed process 87 (node) total-vm:1028812kB, anon-rss:60kB',
        'nestmark: the agent ended with status 137',
      ],
      'Out of memory: Killed process 87 (node)',
    ],
    [
      'panics',
      [
        '[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
        '[    1.0] CPU: 0 PID: 1 Comm: swapper/0',
      ],
      'Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
    ],
    ['loses its agent', ['nestmark: the agent ended with status 1'], 'the agent ended with status 1'],
  ])('that %s is lost for what its console says', async (_, lines, cause) => {
    const reports = await supervise((guest) => {
      guest.console.append(`${lines.join('\r\n')}\r\n`);
      guest.end('QEMU ended with status 0 (guest-reset)');
    });
    expect(reasons(reports)[0]).toBe(
      `QEMU ended with status 0 (guest-reset) before its agent answered; its console says: ${cause}`,
    );
    expect(reports.find(({ type }) => type === 'lost')).toMatchObject({ console: lines });
  });
});

test('a guest whose agent fails because memory ran out is lost for what its console says of it', async () => {
  const reports = await supervise((guest) => {
    guest.console.append('[    9.1] Out of memory: Killed process 91 (probe) total-vm:1028812kB\r\n');
    guest.say('{"type":"failed","reason":"the native probe ended before it had measured chase-32m"}');
  });
  expect(reasons(reports)[0]).toBe(
    'its agent failed: the native probe ended before it had measured chase-32m; its console says: Out of memory: Killed process 91 (probe)',
  );
});

test('who waits for a guest that boots says so, at every level', async () => {
  const signs = async (alive: boolean): Promise<number> => {
    let guest: FakeGuest | null = null;
    let beats = 0;
    const reports = await supervise(
      (started) => {
        guest = started;
      },
      {
        pulse: () => {
          if (++beats === 10) guest?.end('QEMU ended with status 0');
          return beats;
        },
        alive,
        patience: { tries: 1, bootSeconds: 60, silenceSeconds: 60 },
      },
    );
    return reports.filter(({ type }) => type === 'alive').length;
  };
  expect(await signs(false)).toBeGreaterThanOrEqual(2);
  expect(await signs(true)).toBeGreaterThanOrEqual(2);
});

test('who waits for a guest that measures says so at the outermost level only', async () => {
  const signs = async (alive: boolean): Promise<number> => {
    let guest: FakeGuest | null = null;
    let beats = 0;
    let told = false;
    const reports = await supervise(
      (started, supervisor) => {
        guest = started;
        guest.say('{"type":"hello","protocol":2}');
        guest.say('{"type":"level","level":1,"bootSeconds":0,"environment":{},"evidence":[]}');
        setTimeout(() => {
          told = true;
          supervisor.give({ level: 1, block: 1, workload: 'cpuid' });
        }, 30);
      },
      {
        pulse: () => {
          if (told && ++beats === 12) guest?.end('QEMU ended with status 0');
          return beats;
        },
        alive,
        patience: { tries: 1, bootSeconds: 60, silenceSeconds: 60 },
      },
    );
    const from = reports.findIndex(({ type }) => type === 'level');
    return reports.slice(from).filter(({ type }) => type === 'alive').length;
  };
  expect(await signs(false)).toBe(0);
  expect(await signs(true)).toBeGreaterThanOrEqual(2);
});

test('lines for the record are handed down as they came, in order with what is not', async () => {
  const seen: string[] = [];
  const record = '{"type":"record","level":2,"line":{"kind":"samples","values":[1.50]}}';
  await supervise(
    (guest) => {
      guest.say(record);
      guest.say('{"type":"progress","level":2,"step":"half"}');
      guest.say(record);
      guest.end('QEMU ended with status 0');
    },
    { relay: (line) => void seen.push(line) },
  ).then((reports) => expect(reports.filter(({ type }) => type === 'progress')).toHaveLength(2));
  expect(seen).toEqual([record, record, record, record]);
});
