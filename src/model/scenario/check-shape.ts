import type { z } from 'zod';
import type { Path, SourceDocument } from './document.ts';
import { explain, explainUnknownKey } from './explain.ts';
import { type Problem, type Result, refused } from './problem.ts';
import { quote } from './quote.ts';
import type { Explanation } from './wording.ts';

/**
 * Checks `document` (or the part of it at `at`) against `schema`. Every problem says what was found and what was
 * expected, at its place in the file.
 */
export function checkShape<S extends z.ZodType>(
  schema: S,
  document: SourceDocument,
  at: Path = [],
): Result<z.output<S>> {
  // Zod carries one string per issue; what we know of it travels as its number in this list.
  const notes: Note[] = [];
  const checked = schema.safeParse(dataAt(document.data, at), {
    // Most shapes are met once or twice: a parser written and compiled for each takes longer than it saves.
    jitless: true,
    error: (issue) => {
      const note =
        issue.code === 'unrecognized_keys' ? { block: issue.inst } : { explanation: explain(issue) };
      return `${notes.push(note) - 1}`;
    },
  });
  if (checked.success) return { ok: true, value: checked.data };
  const leaves = checked.error.issues.flatMap((issue) => leavesOf(issue, at));
  const problems = leaves.flatMap(({ issue, path }): Problem[] => {
    const note = notes[Number(issue.message)];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const keyPath = [...path, key];
        return problem(document, keyPath, document.keyAt(keyPath), explainUnknownKey(key, note?.block));
      });
    }
    const own = issue.code === 'custom' ? (issue.params as unknown as Explanation | undefined) : undefined;
    const explanation = own ?? note?.explanation ?? { message: issue.message };
    return [problem(document, path, document.valueAt(path), explanation)];
  });
  // A file of another kind or version: what else differs follows from that.
  const schemaLine = formatPath([...at, 'schema']);
  const otherSchema = problems.find(({ path }) => path === schemaLine);
  return refused(...(otherSchema === undefined ? problems : [otherSchema]));
}

interface Note {
  readonly explanation?: Explanation;
  /** The schema whose keys were not recognized. */
  readonly block?: unknown;
}

type Issue = z.core.$ZodIssue;

/** A union's own issue says nothing; the branch that the value was meant for does. */
function leavesOf(issue: Issue, at: Path): { issue: Issue; path: Path }[] {
  const path = [...at, ...(issue.path as Path)];
  const branches = issue.code === 'invalid_union' ? issue.errors : [];
  const meant = branches.filter((branch) => !branch.some(isWrongKindAtTop));
  return meant.length === 1 ? meant[0]!.flatMap((inner) => leavesOf(inner, path)) : [{ issue, path }];
}

const isWrongKindAtTop = (issue: Issue): boolean => issue.code === 'invalid_type' && issue.path.length === 0;

const problem = (
  document: SourceDocument,
  path: Path,
  place: { readonly line: number; readonly column: number },
  explanation: Explanation,
): Problem => ({ file: document.file, ...place, path: formatPath(path), ...explanation });

/** `template.vms[0].memory`; keys that are not plain words are quoted. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += (text === '' ? '' : '.') + (/^[\w.-]{1,60}$/.test(step) ? step : quote(step));
  }
  return text;
}

function dataAt(data: unknown, path: Path): unknown {
  let current = data;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}
