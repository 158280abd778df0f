import { z } from 'zod';
import type { HistoryResult } from '../../gate/history/history-result.ts';
import { metricKey } from './gate-document.ts';
import type { DocumentKind } from './read-document.ts';

const count = z.number().int().nonnegative();

const shape: z.ZodType<HistoryResult> = z.strictObject({
  schema: z.literal('nestmark/history@1'),
  version: z.string(),
  folder: z.string(),
  records: count,
  histories: z.array(
    z.strictObject({
      lab: z.string(),
      clock: z.string(),
      key: metricKey,
      points: z
        .array(
          z.strictObject({
            file: z.string(),
            started: z.iso.datetime({ offset: true }),
            nestmark: z.string(),
            kernel: z.string().nullable(),
            median: z.number().positive(),
            lower: z.number().positive(),
            upper: z.number().positive(),
            blocks: count,
          }),
        )
        .min(1),
      changes: z.array(z.strictObject({ index: count, effect: z.number().positive(), chance: z.number() })),
    }),
  ),
});

export const HISTORY_DOCUMENT: DocumentKind<HistoryResult> = {
  schema: 'nestmark/history@1',
  hint: 'a history is what nestmark history --out writes',
  shape,
};
