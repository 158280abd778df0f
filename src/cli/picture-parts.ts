import type { Chart } from '../report/chart/chart.ts';
import { chartFiles } from '../report/chart/chart-files.ts';
import type { ReportPart } from '../report/file/write-report.ts';

/** Every chart of a report as `NAME.CHART.svg` and `NAME.CHART.png`. */
export async function pictureParts(charts: readonly Chart[]): Promise<readonly ReportPart[]> {
  const files = await chartFiles(charts);
  return files.flatMap(({ name, svg, png }) => [
    { extension: `${name}.svg`, content: svg },
    { extension: `${name}.png`, content: png },
  ]);
}
