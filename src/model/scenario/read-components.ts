import type { Bytes } from '../kernel/units.ts';
import { checkShape } from './check-shape.ts';
import type { Component } from './component.ts';
import { readDocument } from './document.ts';
import type { Result } from './problem.ts';
import { componentsSchema } from './schema/component.ts';

/** Reads `scenarios/components/NAME.yaml`: its components by their name within the file. */
export function readComponents(file: string, text: string): Result<ReadonlyMap<string, Component>> {
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const shape = checkShape(componentsSchema, document.value);
  if (!shape.ok) return shape;
  const { name: folder, source, components } = shape.value;
  return {
    ok: true,
    value: new Map(
      Object.entries(components).map(([name, row]) => [
        name,
        {
          name: `${folder}/${name}`,
          title: row.title,
          vcpus: row.vcpus,
          memory: row.memory as Bytes,
          disk: (row.disk ?? null) as Bytes | null,
          kind: row.kind,
          basis: row.basis ?? 'published',
          source: row.source ?? source,
          note: row.note ?? null,
          leastMemory: (row['least-memory'] ?? null) as Bytes | null,
        },
      ]),
    ),
  };
}
