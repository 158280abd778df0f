import type { Distribution } from './distribution.ts';

/** Always the same value; draws nothing from the stream. */
export class Constant implements Distribution {
  readonly mean: number;
  readonly variance = 0;

  constructor(value: number) {
    if (!Number.isFinite(value)) throw new RangeError(`constant: the value must be finite, got ${value}`);
    this.mean = value;
  }

  sample(): number {
    return this.mean;
  }
}
