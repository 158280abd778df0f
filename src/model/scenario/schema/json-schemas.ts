import { z } from 'zod';
import { componentsSchema } from './component.ts';
import { catalogueSchema, hostSchema } from './host.ts';
import { platformSchema } from './platform.ts';
import { scenarioSchema } from './scenario.ts';
import { templateSchema } from './template.ts';
import { workloadSchema } from './workload.ts';

const SCHEMAS = {
  scenario: [scenarioSchema, 'A scenario: host, platform, seats, template, phases and targets'],
  template: [templateSchema, 'A template: what one seat contains'],
  workload: [workloadSchema, 'A workload profile: what a guest does'],
  platform: [platformSchema, 'A platform: the cost profile of one stack'],
  catalogue: [catalogueSchema, 'A catalogue: hosts one can rent or buy'],
  components: [componentsSchema, 'Components: kinds of VMs that labs are made of'],
  host: [hostSchema, 'A host written out in a scenario'],
} as const;

/**
 * The input language as JSON Schemas (draft 2020-12) by file name, for editors: names, kinds and units. What needs
 * more than one place to see (a VM larger than its host, a name that is not known) only reading a file finds.
 */
export function jsonSchemas(): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(SCHEMAS).map(([name, [schema, title]]) => [
      `${name}.schema.json`,
      // A branch kind by kind would be better shown as one of, but editors read anyOf as well.
      { title, ...z.toJSONSchema(schema, { io: 'input', reused: 'inline' }) },
    ]),
  );
}
