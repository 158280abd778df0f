import type { Figure } from '../../src/model/scenario/figure.ts';
import type { Platform } from '../../src/model/scenario/platform.ts';

/** Every parameter of a profile's exit recursion. */
export function exitFigures({ exits }: Platform): readonly Figure[] {
  return [
    exits.switch,
    ...Object.values(exits.classes).flatMap(({ handle, reflect, ops }) => [
      handle,
      reflect,
      ...Object.values(ops),
    ]),
  ];
}
