// Writes dist/library/shipped-texts.json: the shipped YAML files, parsed. Part of `npm run build`; without it, or where a
// file was changed since, the file itself is parsed when it is read.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseShipped } from '../dist/library/shipped-texts.js';
import { root } from './steps.mjs';

writeFileSync(join(root, 'dist/library/shipped-texts.json'), JSON.stringify(parseShipped(root)));
