import type { Problem } from '../../model/scenario/problem.ts';
import {
  OUTSIDE_BLOCKS,
  type RecordHeader,
  type RecordLine,
  type RecordSamples,
  type RecordWarming,
} from './record.ts';

export interface NumberedLine {
  readonly line: RecordLine;
  /** 1-based number in the file. */
  readonly number: number;
}

/**
 * What no single line can show: that the lines belong together. The first line is known to be a header.
 * A record that was cut off may lack lines, so what only its end promises is not asked of it.
 */
export function inconsistencies(lines: readonly NumberedLine[], file: string): readonly Problem[] {
  const problems: Problem[] = [];
  const complain = ({ number }: NumberedLine, message: string): void => {
    problems.push({ file, line: number, column: 1, path: '', message });
  };
  const header = lines[0]!.line as RecordHeader;
  const end = lines.find(({ line }) => line.kind === 'end');
  const levels = new Set<number>();
  const boots = new Set<string>();
  const blocks = new Set<number>();
  const measured = new Set<string>();
  const warmed = new Set<string>();
  let ended = false;
  const checkUnit = (numbered: NumberedLine, unit: RecordSamples['unit']): void => {
    if (unit !== 'instructions' || header.clock === 'instructions') return;
    complain(numbered, 'found samples in instructions, expected ns: the header says the clock is time');
  };

  for (const numbered of lines) {
    const { line } = numbered;
    if (ended) complain(numbered, `found a line of kind ${line.kind} after the end, expected nothing more`);
    switch (line.kind) {
      case 'header':
        if (numbered !== lines[0])
          complain(numbered, 'found a second header, expected one, on the first line');
        break;
      case 'level':
        if (boots.has(bootKey(line))) {
          complain(numbered, `found boot ${line.boot} of level ${line.level} twice, expected it once`);
        }
        boots.add(bootKey(line));
        levels.add(line.level);
        break;
      case 'block':
        if (blocks.has(line.block)) complain(numbered, `found block ${line.block} twice, expected it once`);
        blocks.add(line.block);
        break;
      case 'samples':
        // A guest may boot more than once in one boot of its host.
        if (line.block !== OUTSIDE_BLOCKS && measured.has(sampleKey(line))) {
          complain(
            numbered,
            `found ${line.workload} at level ${line.level} in block ${line.block} twice, expected it once`,
          );
        }
        measured.add(sampleKey(line));
        checkUnit(numbered, line.unit);
        break;
      case 'warming':
        if (warmed.has(warmingKey(line))) {
          complain(
            numbered,
            `found ${line.workload} at level ${line.level} warmed up twice in boot ${line.boot}, expected it once`,
          );
        }
        warmed.add(warmingKey(line));
        checkUnit(numbered, line.unit);
        break;
      case 'counters':
        if (line.level >= line.workloadLevel) {
          complain(
            numbered,
            `found counters of level ${line.level} for a workload at level ${line.workloadLevel}, expected those of a level below it`,
          );
        }
        break;
      case 'end':
        ended = true;
        break;
      case 'missing':
      case 'skipped':
        break;
    }
  }
  if (end === undefined) return problems;

  for (const numbered of lines) {
    const { line } = numbered;
    const level = 'workloadLevel' in line ? line.workloadLevel : 'level' in line ? line.level : null;
    if (level === null || line.kind === 'missing' || levels.has(level)) continue;
    complain(numbered, `found ${line.kind} of level ${level}, expected a line of kind level for it`);
  }
  for (const numbered of lines) {
    const { line } = numbered;
    if (line.kind !== 'samples' && line.kind !== 'warming' && line.kind !== 'counters') continue;
    const level = line.kind === 'counters' ? line.workloadLevel : line.level;
    if (!levels.has(level) || boots.has(bootKey({ level, boot: line.boot }))) continue;
    complain(
      numbered,
      `found ${line.kind} of boot ${line.boot} of level ${level}, expected a line of kind level for it`,
    );
  }
  const promised = end.line.kind === 'end' ? end.line.levelsReached : [];
  const said = [...new Set(promised)].sort((a, b) => a - b).join(', ');
  const described = [...levels].sort((a, b) => a - b).join(', ');
  if (said !== described) {
    complain(
      end,
      `found levelsReached ${said || 'none'}, expected the levels described above: ${described || 'none'}`,
    );
  }
  return problems;
}

const bootKey = ({ level, boot }: { readonly level: number; readonly boot: number }): string =>
  `${level}/${boot}`;

const warmingKey = ({ level, boot, workload }: RecordWarming): string => `${level}/${boot}/${workload}`;

const sampleKey = ({ level, block, workload }: RecordSamples): string => `${level}/${block}/${workload}`;
