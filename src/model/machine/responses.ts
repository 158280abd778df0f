import type { ResponseRecorder } from '../workload/job-statistics.ts';
import type { MachineSpecification } from './specification.ts';
export class Responses implements ResponseRecorder {
  count = 0;
  sum = 0;
  constructor(_s: MachineSpecification) {}
  record(_guest: number, response: number): void {
    this.count++;
    this.sum += response;
  }
  reset(): void {
    this.count = 0;
    this.sum = 0;
  }
  measurements() {
    return { count: this.count, mean: this.sum / this.count };
  }
}
