import { basename } from 'node:path';

/** `lab` of `scenarios/lab.yaml`, `main` of `main.jsonl.gz`. */
export const stem = (file: string): string => basename(file).replace(/\.jsonl\.gz$|\.[^.]*$/, '');

/** Stems of files that are written beside each other: those of a second `lab.yaml` become `lab-2`. */
export function stems(files: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const wanted = stem(file);
    let name = wanted;
    for (let nth = 2; taken.has(name); nth++) name = `${wanted}-${nth}`;
    taken.add(name);
    return name;
  });
}
