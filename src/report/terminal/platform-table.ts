import type { Platform } from '../../model/scenario/platform.ts';
import { basesOf, figuresOf } from '../fitted/figures.ts';
import { renderCalibration } from './calibration-table.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** Every profile on a line: what it is of, what it is like, and on what its numbers rest. */
export function renderPlatformList(platforms: readonly Platform[]): string {
  const rows = platforms.map((raw) => {
    const platform = printable(raw);
    const { measured, published, derived, assumed } = basesOf(figuresOf(platform));
    return [
      platform.name,
      platform.title,
      platform.like?.platform ?? '',
      ...[measured, published, derived, assumed].map(String),
    ];
  });
  const head = ['Platform', 'What it is', 'Like', 'Measured', 'Published', 'Derived', 'Assumed'];
  return `${plainTable(head, rows, 3)}\n\nNumbers of each, by what they rest on. nestmark platforms NAME shows one with its sources.\n`;
}

/** One profile in full: costs by depth, every number, what spares exits, and where each number is from. */
export function renderPlatform(raw: Platform, options: TableOptions = {}): string {
  const platform = printable(raw);
  const width = widthOf(options);
  const paragraph = (text: string): string => `  ${wrap(text, width - 2, 2)}`;
  const { like } = platform;
  const assists = (platform.exits.assists ?? []).map(({ name, on, removes, depth, source }) =>
    paragraph(
      `${name}: ${on ? 'on' : 'off'}; spares ${removes.join(', ')} down to depth ${depth}. ${source}`,
    ),
  );
  const sources = figuresOf(platform).map(({ name, figure }) =>
    paragraph(`${name} (${figure.basis}): ${figure.source}`),
  );
  const blocks = [
    ...(like === undefined
      ? []
      : [
          `Like ${like.platform}${like.widen === 1 ? '' : `, bounds ${like.widen} times wider`}\n${paragraph(like.because)}`,
        ]),
    ...(assists.length === 0 ? [] : [`What spares exits\n${assists.join('\n')}`]),
    `Sources\n${sources.join('\n')}`,
  ];
  return `${renderCalibration(raw, options)}\n${blocks.join('\n\n')}\n`;
}
