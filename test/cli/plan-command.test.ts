import { describe, expect, it } from 'vitest';
import { planCommand } from '../../src/cli/plan-command.ts';

const least = { template: 'vsphere-course', hosts: 'all', probability: 0.95, seed: 1, workers: 2 };

describe('the command that asks a plan again', () => {
  it('has what the answer depends on and nothing else', () => {
    const ways = { out: 'somewhere', json: true, pictures: true, explain: true } as const;
    expect(planCommand({ ...least, ...ways })).toBe(
      'nestmark plan vsphere-course --hosts all --probability 0.95 --seed 1',
    );
  });

  it('is one that a shell takes apart as it was given', () => {
    const command = planCommand({
      ...least,
      template: "./teacher's lab.yaml",
      seats: 24,
      hosts: 'ec2 memory>=64GiB',
      target: ['comfortable', 'ready=5%'],
      spot: true,
      priceDate: '2026-11-28',
      quick: true,
    });
    expect(command).toBe(
      "nestmark plan './teacher'\\''s lab.yaml' --seats 24 --hosts 'ec2 memory>=64GiB' --target comfortable --target ready=5% --probability 0.95 --spot --price-date 2026-11-28 --seed 1 --quick",
    );
  });
});
