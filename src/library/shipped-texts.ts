import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../model/scenario/document.ts';
import { parsedJson, rememberParsed } from '../model/scenario/parsed-texts.ts';

/** Where the shipped YAML files lie, in the folder of this package. */
const FOLDERS = ['catalogue', 'platforms', 'scenarios'] as const;

/** What a build writes beside this file: the data of a text, as JSON, by its SHA-256. */
type ShippedTexts = Readonly<Record<string, string>>;

/** The shipped YAML files parsed: the largest takes half a second, which nobody should wait for who asks for one host. */
export function parseShipped(root: string): ShippedTexts {
  const texts: Record<string, string> = {};
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.yaml')) continue;
      const text = readFileSync(join(root, folder, name), 'utf8');
      const read = readDocument(name, text);
      const json = read.ok ? parsedJson(read.value.data) : null;
      if (json !== null) texts[digest(text)] = json;
    }
  }
  return texts;
}

let shipped: ShippedTexts | null = null;

/** A text that was parsed when this package was built need not be parsed again; one that differs in anything is. */
export function recallShipped(text: string): void {
  shipped ??= readShipped();
  const json = shipped[digest(text)];
  if (json !== undefined) rememberParsed(text, json);
}

function readShipped(): ShippedTexts {
  const file = new URL('./shipped-texts.json', import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ShippedTexts) : {};
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
