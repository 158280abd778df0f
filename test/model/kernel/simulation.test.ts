import { describe, expect, it } from 'vitest';
import { type EventHandler, Simulation } from '../../../src/model/kernel/simulation.ts';

/** A clock that ticks every 10 and writes down when. */
class Ticker implements EventHandler {
  readonly simulation = new Simulation();
  readonly ticks: number[] = [];
  stopAt = Number.POSITIVE_INFINITY;

  constructor() {
    this.simulation.at(10, 1, 0, 0);
  }

  handle(): void {
    this.ticks.push(this.simulation.now);
    this.simulation.after(10, 1, 0, 0);
    if (this.simulation.now >= this.stopAt) this.simulation.stop();
  }
}

describe('a simulation', () => {
  it('handles what is due at or before the end, and leaves the clock there', () => {
    const ticker = new Ticker();
    const { simulation, ticks } = ticker;
    expect(simulation.runUntil(35, ticker)).toBe(3);
    expect(simulation.now).toBe(35);
    expect(simulation.runUntil(40, ticker)).toBe(1);
    expect(ticks).toEqual([10, 20, 30, 40]);
    expect([simulation.events, simulation.pending, simulation.nextTime]).toEqual([4, 1, 50]);
  });

  it('is the same in one run or in many pieces', () => {
    const whole = new Ticker();
    whole.simulation.runUntil(1_000, whole);
    const pieces = new Ticker();
    for (let end = 7; end < 1_000; end += 7) pieces.simulation.runUntil(end, pieces);
    pieces.simulation.runUntil(1_000, pieces);
    expect(pieces.ticks).toEqual(whole.ticks);
  });

  it('stops after the event that says so, and goes on from there', () => {
    const ticker = new Ticker();
    ticker.stopAt = 30;
    expect(ticker.simulation.runUntil(100, ticker)).toBe(3);
    expect(ticker.simulation.now).toBe(30);
    ticker.stopAt = Number.POSITIVE_INFINITY;
    expect(ticker.simulation.runUntil(100, ticker)).toBe(7);
    expect(ticker.simulation.now).toBe(100);
  });

  it('runs to the end when nothing more is due', () => {
    const simulation = new Simulation();
    const seen: number[][] = [];
    simulation.at(2, 5, 6, 7);
    simulation.at(1, 2, 3, 4);
    simulation.runToEnd({ handle: (...event) => seen.push([simulation.now, ...event]) });
    expect(seen).toEqual([
      [1, 2, 3, 4],
      [2, 5, 6, 7],
    ]);
    expect(simulation.now).toBe(2);
  });

  it('refuses an end that has passed', () => {
    const ticker = new Ticker();
    ticker.simulation.runUntil(50, ticker);
    expect(() => ticker.simulation.runUntil(40, ticker)).toThrow(RangeError);
  });

  it('lets an error of the model out, and can be looked at then', () => {
    const simulation = new Simulation();
    simulation.at(3, 0, 0, 0);
    const model: EventHandler = {
      handle: () => {
        throw new Error('model at fault');
      },
    };
    expect(() => simulation.runUntil(10, model)).toThrow('model at fault');
    expect(simulation.now).toBe(3);
  });
});
