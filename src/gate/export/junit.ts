import type { GateResult, GateRow } from '../result.ts';
import { changeRange, changeText, differingValues, headline } from './wording.ts';

/**
 * JUnit XML, as Jenkins (whose xUnit plugin holds it against junit-10.xsd), GitLab, Azure and CircleCI read it: a test case
 * for each metric. A regression is a failure, what cannot be told was skipped, and a comparison of unlike records is one
 * case in error.
 */
export function toJunit(result: GateResult): string {
  const cases = [
    ...(result.verdict === 'incomparable' ? [incomparableCase(result)] : []),
    ...result.rows.map(testCase),
  ];
  const count = (verdict: GateRow['verdict']): number =>
    result.rows.filter((row) => row.verdict === verdict).length;
  const errors = result.verdict === 'incomparable' ? 1 : 0;
  const totals = `tests="${cases.length}" failures="${count('regressed')}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="nestmark gate" timestamp="${escapeXml(result.candidate.started)}" ${totals} skipped="${count('inconclusive')}">`,
    ...cases.map((text) => text.replaceAll(/^/gm, '    ')),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(row: GateRow): string {
  const { workload, level, kind } = row.key;
  const opening = `<testcase classname="nestmark.L${level}" name="${escapeXml(`${workload} ${kind}`)}"`;
  const message = escapeXml(`${row.name}: ${changeText(row.effect)} (${changeRange(row)}), ${row.reason}`);
  switch (row.verdict) {
    case 'regressed':
      return `${opening}>\n  <failure type="regression" message="${message}"/>\n</testcase>`;
    case 'inconclusive':
      return `${opening}>\n  <skipped message="${message}"/>\n</testcase>`;
    case 'pass':
    case 'improved':
      return `${opening}>\n  <system-out>${message}</system-out>\n</testcase>`;
  }
}

function incomparableCase(result: GateResult): string {
  const details = result.differences
    .filter(({ allowed }) => !allowed)
    .map((difference) => {
      const { baseline, candidate } = differingValues(difference);
      return `${difference.where}: ${difference.fact} was ${baseline}, is ${candidate}`;
    });
  return `<testcase classname="nestmark" name="comparable">\n  <error type="incomparable" message="${escapeXml(headline(result))}">${escapeXml(details.join('\n'))}</error>\n</testcase>`;
}

/** XML 1.0 has no control characters, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
