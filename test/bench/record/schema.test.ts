import { describe, expect, test } from 'vitest';
import { recordJsonSchema, recordLineSchema, recordLines } from '../../../src/bench/record/schema.ts';
import { exampleRecord } from './example-record.ts';

test('the published JSON Schema is current (npx vitest -u writes it)', async () => {
  await expect(recordJsonSchema()).toMatchFileSnapshot('../../../docs/schemas/record.schema.json');
});

describe('the published JSON Schema', () => {
  const schema = JSON.parse(recordJsonSchema());

  test('describes every kind of line, with all its keys', () => {
    const kinds = (schema.oneOf as { properties: { kind: { const: string } } }[]).map(
      ({ properties }) => properties.kind.const,
    );
    expect(kinds).toEqual([
      'header',
      'level',
      'samples',
      'warming',
      'counters',
      'block',
      'missing',
      'skipped',
      'end',
    ]);
    const lines = recordLines(exampleRecord);
    for (const kind of kinds) {
      const described = schema.oneOf.find(
        (each: { properties: { kind: { const: string } } }) => each.properties.kind.const === kind,
      );
      const keys = new Set(lines.filter((line) => line.kind === kind).flatMap((line) => Object.keys(line)));
      expect(Object.keys(described.properties).sort()).toEqual([...keys].sort());
      expect(described.additionalProperties).toBe(false);
    }
  });
});

test('every line of a good record passes unchanged', () => {
  for (const line of recordLines(exampleRecord)) expect(recordLineSchema.parse(line)).toEqual(line);
});
