import { describe, expect, test } from 'vitest';
import { parseProbeOutput } from '../../../src/bench/probe/output.ts';

const ABOUT = '{"probe":1,"tscHz":2596141829.1,"tscRelativeError":9.92e-07,"cpu":0}';

describe('parseProbeOutput', () => {
  test('sorts out what was measured and what was not available', () => {
    const output = parseProbeOutput(
      `${ABOUT}
{"operation":"alu-loop","available":true,"warmUp":1,"result":"0f93d06f4cad21ac","ticks":[4316,4342,4290]}
{"operation":"pio","available":false,"reason":"/dev/port: No such file or directory"}
`,
    );
    expect(output.information.tscHz).toBe(2596141829.1);
    expect(output.operations).toEqual([
      {
        operation: 'alu-loop',
        available: true,
        warmUp: 1,
        result: '0f93d06f4cad21ac',
        ticks: [4316, 4342, 4290],
      },
      { operation: 'pio', available: false, reason: '/dev/port: No such file or directory' },
    ]);
  });

  test.each([
    ['', /no line about itself/],
    ['{"operation":"pio","available":false,"reason":"x"}', /no line about itself/],
    [`${ABOUT}\n{"operation":"cpuid","available":true,"warm`, /unexpected on line 2/],
    [`${ABOUT}\n{"operation":"cpuid","available":true,"warmUp":0,"ticks":["7"]}`, /unexpected on line 2/],
    [ABOUT.replace('2596141829.1', '0'), /unexpected on line 1/],
    [ABOUT.replace('"probe":1', '"probe":2'), /unexpected on line 1/],
  ])('refuses what a whole run does not print: %j', (text, message) => {
    expect(() => parseProbeOutput(text)).toThrow(message);
  });
});
