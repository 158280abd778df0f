import { sharedNestmark } from '../models/shared-processor.mjs';
import { sharedSimjs } from '../models/simjs.mjs';
import { heading, millions, table, times, verdict } from '../print.mjs';
import { median, race, ratio } from '../race.mjs';

export async function sharing({ rounds, scale }) {
  const ours = Math.round(1e6 * scale);
  const theirs = Math.max(100, Math.round(400 * scale));
  const contenders = [
    { name: 'nestmark, 4 cores', units: ours, run: () => void sharedNestmark(256, ours, 1) },
    { name: 'simjs facility, 1 server', units: theirs, run: () => void sharedSimjs(256, theirs, 1) },
  ];
  const rates = await race(contenders, { rounds });
  heading('Processor sharing, 256 jobs in a closed loop: completions a second of processor time');
  const [mine, other] = contenders.map(({ name }) => name);
  table(
    ['', 'completions/s', 'times simjs'],
    contenders.map(({ name }) => [name, millions(median(rates.get(name))), times(ratio(rates, name, other))]),
  );
  console.log(`M completions/s: ${verdict(median(rates.get(mine)) / 1e6, 4)}`);
  console.log(`/ simjs: ${verdict(ratio(rates, mine, other).median, 1_000)}`);
}
