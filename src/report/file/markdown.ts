import type { Row, SimulationResult } from '../../model/experiment/result.ts';
import { answerOf, targetText } from '../text/answer.ts';
import { meanText, plainText, rangeText, unitSuffix } from '../text/figure.ts';
import { levelName, METRIC_WORDS, SEVERITY_WORDS, sentenceOf, VERDICT_WORDS } from '../text/wording.ts';
import { escapeMarkdown } from './escape-markdown.ts';

/** The whole answer in GitHub-flavoured Markdown: verdict, targets, findings and every row. */
export function resultToMarkdown(result: SimulationResult): string {
  const answer = answerOf(result);
  const parts = [
    `# ${escapeMarkdown(result.scenario.name)}`,
    `${escapeMarkdown(answer.question)}\n\n**${answer.headline}.** ${escapeMarkdown(answer.sentence)}`,
    result.targets
      .map((target) => `- ${VERDICT_WORDS[target.verdict]}: ${escapeMarkdown(targetText(target))}`)
      .join('\n'),
    result.findings
      .map(({ severity, text }) => `- **${SEVERITY_WORDS[severity]}:** ${escapeMarkdown(sentenceOf(text))}`)
      .join('\n'),
    rowsToMarkdown(result.rows),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The rows as one Markdown table, figures rounded to what their intervals allow. */
export function rowsToMarkdown(rows: readonly Row[]): string {
  const head = ['Entity', 'Level', 'Metric', 'Mean', '95 % interval', 'p50', 'p95', 'p99', 'n'];
  const align = ['---', '---', '---', '--:', '--:', '--:', '--:', '--:', '--:'];
  const body = rows.map((row) => [
    escapeMarkdown(row.entity),
    levelName(row.level),
    METRIC_WORDS[row.metric].title,
    `${meanText(row)}${unitSuffix(row.unit)}`,
    rangeText(row),
    percentile(row.p50),
    percentile(row.p95),
    percentile(row.p99),
    String(row.n),
  ]);
  return [head, align, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const percentile = (value: number | null): string => (value === null ? '' : plainText(value));
