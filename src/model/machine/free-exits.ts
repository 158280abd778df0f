import type { ExitClass } from './exit-class.ts';
import type { MachineFinding } from './measurement.ts';
import type { ExitCostParameters } from './specification.ts';

/** Exits that the machine brings about by itself: each by any one of the classes. */
const OWN_EXITS: readonly { readonly what: string; readonly classes: readonly ExitClass[] }[] = [
  { what: 'halting and waking', classes: ['halt-wake'] },
  { what: 'signals between virtual CPUs', classes: ['ipi'] },
  { what: 'device interrupts', classes: ['external-interrupt'] },
  { what: 'kicks of a device', classes: ['mmio', 'pio'] },
];

/** Says which of the machine's own exits cost nothing because the platform has no cost for them. */
export function freeExits({ classes }: ExitCostParameters): MachineFinding[] {
  const known = Object.keys(classes).length > 0;
  const free = OWN_EXITS.filter((exit) =>
    exit.classes.every((exitClass) => classes[exitClass] === undefined),
  );
  if (!known || free.length === 0) return [];
  const texts = free.map((exit) => `${exit.what} (${exit.classes.join(' or ')})`);
  return [
    {
      severity: 'warning',
      code: 'free-exits',
      text: `The platform has no cost for ${texts.join(', ')}: these exits are free here, and slowdowns come out too low`,
    },
  ];
}
