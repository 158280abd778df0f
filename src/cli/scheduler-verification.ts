import { renderComparisons } from '../report/terminal/comparison-table.ts';
import { type FigureKind, kindOf } from '../verify/scheduler/compare.ts';
import type { SchedulerVerification } from '../verify/scheduler/verify-scheduler.ts';

/** What ran, what was predicted of it, and whether that is good enough. */
export function renderSchedulerVerification(verification: SchedulerVerification): string {
  const { scheduler, blocks, comparisons, withoutAnswer, errors, aim, verdict, raised } = verification;
  const disturbed = blocks.filter((block) => block.disturbed !== null);
  const percent = (share: number | undefined): string =>
    share === undefined ? '?' : `${(100 * share).toFixed(1)} %`;
  const medians = `the median error is ${percent(errors.shares?.median)} of shares and ${percent(errors.waits?.median)} of waits`;
  const answer = {
    within: `Yes: ${medians}, within the aim of ${percent(aim)}.`,
    beyond: `No: ${medians}; the aim is ${percent(aim)}.`,
    inconclusive: 'It cannot be told: too many blocks were disturbed. Run it when the machine is quiet.',
  };
  const table = (kind: FigureKind, head: string): string[] => {
    const rows = comparisons.filter(({ figure }) => kindOf(figure) === kind);
    return rows.length === 0 ? [] : ['', renderComparisons(rows, head).trimEnd()];
  };
  return [
    `Does the exact engine predict this machine's scheduler? ${answer[verdict]}`,
    `${scheduler}; ${blocks.length} blocks, ${disturbed.length} of them disturbed and left out.`,
    ...(raised ? [] : ['The threads could not be put above other processes: that takes root.']),
    ...reasons(disturbed.map(({ experiment, disturbed: reason }) => `${experiment}: ${reason}`)),
    ...withoutAnswer.map(({ experiment, reason }) => `No answer: ${experiment} (${reason})`),
    ...table('shares', 'Time on a CPU'),
    ...table('waits', 'Time waiting for one'),
    ...table('responses', 'Response of duty cycles'),
    '',
  ].join('\n');
}

/** The first few; the JSON has them all. */
function reasons(all: readonly string[]): string[] {
  const shown = all.slice(0, 5).map((reason) => `  left out: ${reason}`);
  return all.length > shown.length ? [...shown, `  and ${all.length - shown.length} more`] : shown;
}
