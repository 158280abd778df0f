import type { Nanoseconds } from '../kernel/units.ts';
import type { MacTableSpecification, SwitchKind } from '../machine/specification.ts';
import { optional } from './optional.ts';
import type { PlatformSwitches } from './platform.ts';
import type { SwitchPolicy } from './scenario.ts';
import type { SwitchDocument } from './schema/switch.ts';

/** Addresses that a distributed switch learns on a port group unless told otherwise, and at most (NSX's MAC profile). */
const DISTRIBUTED_TABLE = 4096;
/** A Linux bridge forgets an address after this (ageing_time, net/bridge). */
const BRIDGE_AGEING = 300e9 as Nanoseconds;

/** What a switch does: what was written, and for the rest what switches of its kind do. */
export function toSwitchPolicy(
  written: SwitchDocument | undefined,
  platform: PlatformSwitches | undefined,
): SwitchPolicy {
  const read = written ?? {};
  const kind = kindOf(read, platform);
  return {
    kind,
    ...rulesOf(kind, read),
    ...optional('floodUnknown', read['unknown-unicast'], (what) => what === 'flood'),
    ...optional('floodLimit', read['unknown-unicast-limit']),
    ...optional('uplinks', read.uplinks),
    ...optional('reversePathFilter', read['reverse-path-filter'] ?? platform?.reversePathFilter),
  };
}

type Rules = Pick<
  SwitchPolicy,
  'promiscuous' | 'forgedTransmits' | 'macChanges' | 'macLearning' | 'macTable'
>;

function rulesOf(kind: SwitchKind, read: SwitchDocument): Rules {
  switch (kind) {
    case 'standard':
    case 'distributed': {
      const learns = read['mac-learning'] ?? false;
      return {
        promiscuous: read.promiscuous ?? false,
        forgedTransmits: read['forged-transmits'] ?? false,
        macChanges: read['mac-changes'] ?? false,
        macLearning: learns,
        ...(learns ? { macTable: tableOf(read, { limit: DISTRIBUTED_TABLE, whenFull: 'forward' }) } : {}),
      };
    }
    case 'hyper-v': {
      const spoofs = read['mac-spoofing'] ?? false;
      return { promiscuous: false, forgedTransmits: spoofs, macChanges: spoofs, macLearning: spoofs };
    }
    case 'linux-bridge': {
      const ageing = read['mac-learning'] === false ? (0 as Nanoseconds) : BRIDGE_AGEING;
      return { ...OPEN, macTable: tableOf(read, { ageing, whenFull: 'forward' }) };
    }
    case 'nat':
      return OPEN;
  }
}

/** A bridge has no policies, and learns. */
const OPEN: Rules = { promiscuous: false, forgedTransmits: true, macChanges: true, macLearning: true };

function tableOf(read: SwitchDocument, usual: MacTableSpecification): MacTableSpecification {
  const table = read['mac-table'] ?? {};
  return {
    ...usual,
    ...optional('limit', table.limit),
    ...optional('ageing', table.ageing, (time) => time as Nanoseconds),
    ...optional('whenFull', table['when-full']),
  };
}

/** The kind that was written, or that has the keys that were, or that the platform's switches are. */
function kindOf(read: SwitchDocument, platform: PlatformSwitches | undefined): SwitchKind {
  if (read.kind !== undefined) return read.kind;
  if (read['mac-spoofing'] !== undefined) return 'hyper-v';
  const learns =
    read['mac-learning'] === true ||
    read['mac-table'] !== undefined ||
    read['unknown-unicast'] !== undefined ||
    read['unknown-unicast-limit'] !== undefined;
  if (learns) return 'distributed';
  const policies = [read.promiscuous, read['forged-transmits'], read['mac-changes'], read['mac-learning']];
  if (policies.some((policy) => policy !== undefined)) return 'standard';
  return platform?.kind ?? 'standard';
}
