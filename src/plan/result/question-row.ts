import type { PlanQuestion } from '../plan-question.ts';
import { seatDisk } from '../search/host-limits.ts';
import type { PlanQuestionRow } from './plan-result.ts';

export function questionRow(question: PlanQuestion): PlanQuestionRow {
  const { template, platforms } = question;
  return {
    template: {
      name: template.name,
      title: template.title ?? template.name,
      description: (template.description ?? '').trim(),
      hash: question.templateHash,
      vcpus: template.vms.reduce((sum, { count, vcpus }) => sum + count * vcpus, 0),
      memoryBytes: template.vms.reduce((sum, { count, memory }) => sum + count * memory, 0),
      diskBytes: seatDisk(template),
      phases: (template.plan?.phases ?? []).map(({ name }) => name),
    },
    seats: question.seats,
    hosts: question.hostFilter,
    candidates: question.hosts.length,
    course: question.course,
    targets: question.targets,
    probability: question.probability,
    platforms: platforms.map(({ platform, hash, bases }) => ({ name: platform.name, hash, bases })),
    seed: question.seed,
    command: question.command,
    quick: question.quick,
  };
}
