// Writes docs/schemas/*.schema.json from the input language's own definitions. Run after `npm run build`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas } from '../dist/model/scenario/schema/json-schemas.js';

const folder = new URL('../docs/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of jsonSchemas()) {
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
