import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** A project that has the package, as built, among what it installed. */
const project = mkdtempSync(join(tmpdir(), 'nestmark-user-'));
mkdirSync(join(project, 'node_modules'));
symlinkSync(root, join(project, 'node_modules', 'nestmark'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noEmitOnError: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
};

const examples = [...readFileSync(join(root, 'docs', 'kernel.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(
  ([, program]) => program!,
);

/** The rest of what a model, its randomness and its statistics are made of. */
const PARTS = `
import { BatchMeans, confidenceInterval, Gamma, mser5, NO_EVENT, ProcessorSharing, RandomStream, Simulation, Tally, TimeWeighted } from 'nestmark/kernel';
const sharing: ProcessorSharing = new ProcessorSharing(2);
sharing.add(0, 7, 3, 1, 1);
const tally = new Tally();
const stream = RandomStream.named(1, 0, 'sizes');
const sizes = new Gamma(2, 3);
for (let i = 0; i < 1_000; i++) tally.add(sizes.sample(stream));
const level = new TimeWeighted();
level.set(2, 1);
const batches = new BatchMeans();
for (let i = 0; i < 1_000; i++) batches.add(i % 7);
let event: number = NO_EVENT;
const simulation = new Simulation();
event = simulation.at(1, 0, 0, 0);
console.log(JSON.stringify([
  sharing.nextCompletion, Math.round(tally.mean), level.mean(4), batches.interval() !== null, simulation.cancel(event),
  mser5(Array.from({ length: 100 }, () => stream.normal())).settled, confidenceInterval([1, 2, 3]).mean,
]));
`;

const file = (name: string) => join(project, `${name}.mts`);
let complaints: string[] = [];

beforeAll(() => {
  const programs = { events: examples[0]!, processes: examples[1]!, parts: PARTS };
  for (const [name, program] of Object.entries(programs)) writeFileSync(file(name), program);
  const compilation = ts.createProgram(Object.keys(programs).map(file), OPTIONS);
  const diagnostics = [...ts.getPreEmitDiagnostics(compilation), ...compilation.emit().diagnostics];
  complaints = diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
});

const printed = (name: string) =>
  execFileSync(process.execPath, [file(name).replace(/mts$/, 'mjs')], { encoding: 'utf8' });

describe('nestmark/kernel, as a program that depends on the package sees it', () => {
  it('is what the examples of docs/kernel.md need, types and all', () => {
    expect(examples).toHaveLength(2);
    expect(complaints).toEqual([]);
    expect(printed('events')).toMatch(/^\d{3} served; half of them within \d+\.\d\n$/);
    expect(printed('processes')).toBe('served 5\nserved 5\ngave up 5\n');
  });

  it('has the types of what a model, its randomness and its statistics are made of', () => {
    expect(JSON.parse(printed('parts'))).toEqual([3, 6, 0.5, true, true, true, 2]);
  });

  it('offers nothing else of the package', () => {
    expect(() =>
      execFileSync(
        process.execPath,
        ['--input-type=module', '-e', "await import('nestmark/dist/model/kernel/event-queue.js')"],
        { cwd: project, stdio: 'pipe' },
      ),
    ).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
