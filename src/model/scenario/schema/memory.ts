import { z } from 'zod';
import { PAGINGS } from '../../machine/specification.ts';
import { worded } from '../wording.ts';
import { about, block, positiveQuantity, yesOrNo } from './fields.ts';
import { costFigure, countFigure, rateFigure, shareFigure, sizeFigure } from './figure.ts';

/** Ways to run VMs that do not fit together; what is not listed is not done. */
export const overcommit = () =>
  worded(z.array(z.enum(['sharing', 'balloon', 'swap'])).max(3), {
    expected: 'a list of sharing, balloon and swap, or [] for none',
  });

/** How a hypervisor translates the addresses of its VMs. */
export const paging = () =>
  worded(z.enum(PAGINGS), {
    expected: 'nested (EPT, NPT, RVI) or shadow, for a hypervisor that has none of them',
  });

/** `memory:` of a platform. */
export const platformMemory = block({
  own: about(sizeFigure.optional(), 'What each hypervisor keeps for itself. Nothing, when left out.'),
  overhead: about(
    block({
      'per-vm': about(sizeFigure, 'For each VM.'),
      'per-gib': about(sizeFigure, 'For each GiB the VM has.'),
      'per-vcpu': about(sizeFigure, 'For each virtual CPU of it.'),
    }).optional(),
    'What a hypervisor uses for a VM besides what the VM has. Nothing, when left out.',
  ),
  overcommit: about(
    overcommit().optional(),
    'What its hypervisors do when VMs do not fit, unless a scenario says otherwise. [], when left out: they refuse.',
  ),
  sharing: about(
    shareFigure.optional(),
    'Of the memory of VMs, what is the same in several and kept once, where sharing is on.',
  ),
  balloon: about(shareFigure.optional(), 'Of a VM, what a balloon may take at most, where balloon is on.'),
  walk: about(
    block({
      native: about(countFigure, 'Memory references of a page walk on the metal.'),
      nested: about(countFigure, 'The same in a VM, through two page tables.'),
      reference: about(costFigure, 'Time of one on average, from whichever cache has it.'),
    }).optional(),
    'What a TLB miss costs. Nothing, when left out.',
  ),
  shadow: about(
    block({
      'exits-per-fault': about(
        countFigure,
        'Exits of class exception for each page fault of the VM, giving the page back among them.',
      ),
      held: about(costFigure, 'How long the lock of page tables is held for them; part of their cost.'),
      tables: about(sizeFigure, 'Memory of the second tables, for each GiB of the VM.'),
    }).optional(),
    'What page tables cost where a hypervisor has no nested paging (paging: shadow). Refused, when left out.',
  ),
  'mmu-lock': about(
    block({
      handle: about(
        costFigure,
        "Held for a page fault of a VM of the outermost hypervisor; part of the fault's cost.",
      ),
      reflect: about(costFigure, 'Held longer each time it merges the tables of a nested hypervisor.'),
      growth: about(countFigure, 'By how much each waiter lengthens the time it is held, as a share of it.'),
      scope: about(
        z.enum(['vm', 'host']),
        'One lock for each VM of the outermost hypervisor, or one in all.',
      ),
    }).optional(),
    'The lock under which the outermost hypervisor changes page tables. Free, when left out.',
  ),
}).meta({ id: 'platform-memory' });

/** `memory:` of a workload. */
export const memoryWork = block({
  touches: about(
    rateFigure.optional(),
    'Pages of its working set that it comes back to, for each second of CPU work: what meets a swapped page.',
  ),
  'tlb-misses': about(rateFigure.optional(), 'For each second of CPU work.'),
  faults: about(
    rateFigure.optional(),
    'Page faults that its own system settles, for each second of CPU work: exits where its hypervisor has paging: shadow.',
  ),
  'address-spaces': about(
    rateFigure.optional(),
    'Changes of address space for each second of CPU work: one exit each where its hypervisor has paging: shadow.',
  ),
});

/** `working-set` of a VM. */
export const workingSet = () =>
  about(
    positiveQuantity('size').optional(),
    'Memory it touches again and again; at most its memory, which it is when left out.',
  );

export const thin = () =>
  about(yesOrNo().optional(), 'Blocks are allocated when first written. Not, when left out.');
