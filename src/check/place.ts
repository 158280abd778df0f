import type { Path, SourceDocument } from '../model/scenario/document.ts';
import type { LocatedScenario } from '../model/scenario/read-scenario.ts';
import type { Subject } from './subjects.ts';

/** `file:line:column` of what decides a fact, or of what it would have to be written in. */
export function placeOf(fact: string, subject: Subject, located: LocatedScenario): string {
  const origin = subject.vm === null ? undefined : located.origins.get(subject.vm);
  const document = origin?.document ?? located.document;
  const find = SWITCH_FACTS.has(fact) ? switchAround : pathIn;
  const own = find(document, origin?.path ?? [], fact);
  if (own !== null) return shown(document, own);
  const shared = pathIn(located.document, [], fact);
  if (shared !== null) return shown(located.document, shared);
  return shown(document, origin?.path ?? ['platform']);
}

/** Of the switch that a VM stands on: what is written around it. */
const SWITCH_FACTS = new Set([
  'promiscuous',
  'forged-transmits',
  'mac-changes',
  'mac-learning',
  'reaches-inner',
]);

/** Where the hypervisor around a VM has its switch; null when that is the host. */
function switchAround(document: SourceDocument, vm: Path, fact: string): Path | null {
  const hypervisor: Path = [...vm.slice(0, -2), 'hypervisor'];
  const candidates: Path[] = [[...hypervisor, 'switch', fact], [...hypervisor, 'switch'], hypervisor];
  return candidates.find((path) => isWritten(document.data, path)) ?? null;
}

function pathIn(document: SourceDocument, at: Path, fact: string): Path | null {
  const candidates: Path[] = [
    [...at, 'facts', fact],
    [...at, fact],
    ...(SWITCH_FACTS.has(fact)
      ? [
          [...at, 'switch', fact],
          [...at, 'switch'],
        ]
      : []),
    ...(fact in WRITTEN_AS ? [[...at, 'facts', WRITTEN_AS[fact]!]] : []),
    ...(HOST_FACTS.has(fact) && at.length === 0 ? [['host']] : []),
  ];
  return candidates.find((path) => isWritten(document.data, path)) ?? null;
}

/** Facts that follow from one which is said. */
const WRITTEN_AS: Readonly<Record<string, string>> = {
  datastore: 'disk-size',
  'licences-missing': 'licences',
};

const HOST_FACTS = new Set(['family', 'cloud', 'host-level', 'cpus', 'flex', 'depth', 'memory-share']);

function isWritten(data: unknown, path: Path): boolean {
  let current = data;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !(step in current)) return false;
    current = (current as Record<string | number, unknown>)[step];
  }
  return true;
}

function shown(document: SourceDocument, path: Path): string {
  const { line, column } = document.valueAt(path);
  return `${document.file}:${line}:${column}`;
}
