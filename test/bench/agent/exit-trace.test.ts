import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ExitTrace, parseExitHistogram } from '../../../src/bench/agent/exit-trace.ts';

const directory = mkdtempSync(join(tmpdir(), 'nestmark-trace-'));
afterAll(() => rmSync(directory, { recursive: true }));

const written = (event: string): string => readFileSync(join(event, 'trigger'), 'utf8');

/** The files of sysfs and tracefs that it writes to. @param expedited null for a kernel without the switch */
function kernelWith(expedited: string | null) {
  const event = mkdtempSync(join(directory, 'event-'));
  writeFileSync(join(event, 'trigger'), '');
  const file = join(event, 'rcu_expedited');
  if (expedited !== null) writeFileSync(file, expedited);
  return { event, file, trace: new ExitTrace(event, file) };
}

it('has the histogram put on once and taken away once', () => {
  const { event, trace } = kernelWith('0\n');
  trace.stop();
  expect(written(event)).toBe('');
  trace.start();
  const begun = written(event);
  expect(begun).toMatch(/^hist:keys=exit_reason,info1\b.*\n$/);
  writeFileSync(join(event, 'trigger'), '');
  trace.start();
  expect(written(event)).toBe('');
  trace.stop();
  expect(written(event)).toBe(`!${begun}`);
});

it.each(['0\n', '1\n'])('leaves the switch for expedited grace periods as it found it: %j', (found) => {
  const { file, trace } = kernelWith(found);
  trace.start();
  expect(readFileSync(file, 'utf8')).toBe(found);
  trace.stop();
  expect(readFileSync(file, 'utf8')).toBe(found);
});

it('has it on for as long as the kernel takes to put the histogram on or take it away', () => {
  const { event, file, trace } = kernelWith('0\n');
  const trigger = join(event, 'trigger');
  rmSync(trigger);
  expect(spawnSync('mkfifo', [trigger]).status).toBe(0);
  // A write to the pipe waits for its reader, which looks at the switch first; 30 s is only so that a test that fails ends.
  const script =
    'for i in $(seq 300); do grep -q 1 "$1" && break; sleep 0.1; done; cat "$1" > "$3"; cat "$2" > "$4"';
  for (const change of [() => trace.start(), () => trace.stop()]) {
    const seen = join(event, 'seen');
    rmSync(seen, { force: true });
    const reader = spawn('sh', ['-c', script, 'sh', file, trigger, seen, join(event, 'command')]);
    change();
    expect(readFileSync(seen, 'utf8')).toBe('1');
    expect(readFileSync(file, 'utf8')).toBe('0\n');
    reader.kill();
  }
});

it('puts it back when the kernel refuses the histogram', () => {
  const { event, file, trace } = kernelWith('0\n');
  rmSync(join(event, 'trigger'));
  mkdirSync(join(event, 'trigger'));
  expect(() => trace.start()).toThrow();
  expect(readFileSync(file, 'utf8')).toBe('0\n');
});

it('makes no switch in a kernel that has none', () => {
  const { event, file, trace } = kernelWith(null);
  trace.start();
  expect(written(event)).not.toBe('');
  expect(existsSync(file)).toBe(false);
});

it('reads exits by the names of the reasons, reads of MSRs apart from writes', () => {
  const counts = parseExitHistogram(`# event histogram
{ exit_reason:        114, info1:          0 } hitcount:        100
{ exit_reason:        124, info1:          0 } hitcount:          3
{ exit_reason:        124, info1:          1 } hitcount:          4
{ exit_reason:       1024, info1: 4294967300 } hitcount:          2
{ exit_reason:       1024, info1: 4294967302 } hitcount:          5
Totals:
    Hits: 114
    Entries: 5
    Dropped: 0
`);
  expect(counts).toEqual({ cpuid: 100, msr_read: 3, msr_write: 4, npf: 7 });
  expect(() => parseExitHistogram('Totals:\n    Dropped: 3\n')).toThrow(/no room for 3/);
});
