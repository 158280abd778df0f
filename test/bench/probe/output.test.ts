import { describe, expect, test } from 'vitest';
import { parseInformation, parseOperation, parseState } from '../../../src/bench/probe/output.ts';

const ABOUT = '{"probe":1,"tscHz":2596141829.1,"tscRelativeError":9.92e-07,"cpu":0}';
const MEASURED =
  '{"operation":"alu-loop","available":true,"warmUp":1,"result":"0f93d06f4cad21ac","ticks":[4316,4342,4290]}';
const UNAVAILABLE = '{"operation":"pio","available":false,"reason":"/dev/port: No such file or directory"}';

describe('what the probe prints', () => {
  test('about itself', () => {
    expect(parseInformation(ABOUT).tscHz).toBe(2596141829.1);
  });

  test('of an operation that was measured, or is not available', () => {
    expect(parseOperation(MEASURED)).toEqual({
      operation: 'alu-loop',
      available: true,
      warmUp: 1,
      result: '0f93d06f4cad21ac',
      ticks: [4316, 4342, 4290],
    });
    expect(parseOperation(UNAVAILABLE)).toMatchObject({ available: false });
  });

  test('of an operation that is counted', () => {
    expect(parseState('{"state":"ready"}')).toEqual({ state: 'ready' });
    expect(parseState('{"state":"done","operations":3,"error":"Bad address"}')).toMatchObject({
      operations: 3,
    });
    expect(parseState(UNAVAILABLE)).toMatchObject({ available: false });
  });

  test.each([
    ['', parseInformation],
    [UNAVAILABLE, parseInformation],
    [ABOUT.replace('2596141829.1', '0'), parseInformation],
    [ABOUT.replace('"probe":1', '"probe":2'), parseInformation],
    ['{"operation":"cpuid","available":true,"warm', parseOperation],
    ['{"operation":"cpuid","available":true,"warmUp":0,"ticks":["7"]}', parseOperation],
    [ABOUT, parseOperation],
    ['{"state":"done"}', parseState],
    [MEASURED, parseState],
  ])('is not taken for something else: %j', (line, parse) => {
    expect(() => parse(line)).toThrow(/printed something unexpected: .*\nexpected /s);
  });
});
