import type { Bytes } from '../kernel/units.ts';
import type { Basis } from './figure.ts';

export const COMPONENTS_SCHEMA = 'nestmark/components@1';

/** What the size of a component is: decides how far it may be cut. */
export const SIZE_KINDS = ['minimum', 'vendor-size', 'lab-default', 'platform-default', 'planning'] as const;

export type SizeKind = (typeof SIZE_KINDS)[number];

/** A kind of VM that labs are made of, with the size somebody published for it. */
export interface Component {
  /** `vmware/vcenter-7-tiny`: file and entry. */
  readonly name: string;
  readonly title: string;
  readonly vcpus: number;
  readonly memory: Bytes;
  /** What its disks take, as sold; null when nobody says. */
  readonly disk: Bytes | null;
  readonly kind: SizeKind;
  readonly basis: Basis;
  readonly source: string;
  readonly note: string | null;
  /** The smallest memory its vendor supports; null when not known. */
  readonly leastMemory: Bytes | null;
}
