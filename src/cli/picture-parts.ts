import { chartFiles } from '../report/chart/chart-files.ts';
import type { ReportPart } from '../report/file/write-report.ts';

/** Every chart of a report as `NAME.CHART.svg` and `NAME.CHART.png`. */
export async function pictureParts(inputs: Parameters<typeof chartFiles>[0]): Promise<readonly ReportPart[]> {
  const charts = await chartFiles(inputs);
  return charts.flatMap(({ name, svg, png }) => [
    { extension: `${name}.svg`, content: svg },
    { extension: `${name}.png`, content: png },
  ]);
}
