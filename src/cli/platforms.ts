import { type LoadedPlatform, openLibrary } from '../library/library.ts';
import { basesOf, figuresOf } from '../report/fitted/figures.ts';
import { renderPlatform, renderPlatformList } from '../report/terminal/platform-table.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';

export interface PlatformsOptions {
  readonly name?: string | undefined;
  readonly json?: true | undefined;
}

/** `nestmark platforms [NAME]`. */
export async function platforms(options: PlatformsOptions, terminal: Terminal): Promise<ExitCode> {
  const library = openLibrary();
  const load = (name: string): LoadedPlatform => valueOrRefuse(library.loadPlatform(name));
  if (options.name !== undefined) {
    const { platform, hash } = load(options.name);
    terminal.out.write(
      options.json === true
        ? `${JSON.stringify({ platform, hash }, null, 2)}\n`
        : renderPlatform(platform, { columns: terminal.columns }),
    );
    return EXIT_CODE.fine;
  }
  const loaded = library.platformNames().map(load);
  if (options.json === true) {
    const rows = loaded.map(({ platform, file, hash }) => ({
      name: platform.name,
      title: platform.title,
      file,
      hash,
      like: platform.like?.platform ?? null,
      bases: basesOf(figuresOf(platform)),
    }));
    terminal.out.write(`${JSON.stringify(rows, null, 2)}\n`);
  } else {
    terminal.out.write(renderPlatformList(loaded.map(({ platform }) => platform)));
  }
  return EXIT_CODE.fine;
}
