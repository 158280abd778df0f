import { exp, log } from '../../model/kernel/elementary.ts';
import { RandomStream } from '../../model/kernel/random-stream.ts';
import { compile } from '../../model/scenario/compile.ts';
import type { Draw } from '../../model/scenario/draw.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import { drawOf, type ParameterChoice } from '../../model/scenario/parameter-draw.ts';
import type { Host, Scenario, WorkPhase } from '../../model/scenario/scenario.ts';
import { upAfter } from '../boot/boot-time.ts';
import type { PlanQuestion } from '../plan-question.ts';
import type { Confidence, ParameterRow, Spread } from '../result/plan-result.ts';
import type { Evaluator } from '../search/evaluator.ts';
import type { HostFinding } from '../search/explore-host.ts';
import { largestSeats } from '../search/largest-seats.ts';
import { seatLoad } from '../search/seat-load.ts';
import { bootScenario, type Lab, labScenario, windowOf } from '../trial/lab-scenario.ts';
import { costOn } from './what-if-rows.ts';

/** Sets of parameters that seats are worked out for. */
const SETS = 6;
/** Parameters that are simulated at both ends of their range: those that arithmetic says move most. */
const TRIED = 4;
const REPLICATIONS = 1;
/** The host's own parameter: how fast its cores are. */
export const SPEED = 'host.speed';

/**
 * How far the uncertain numbers of the platform, the workloads and the host's speed move the answer for one host:
 * seats and slowdown over sampled sets of all of them, and each of the strongest by itself.
 */
export async function confidenceOf(
  finding: HostFinding,
  seats: number,
  evaluator: Evaluator,
  question: PlanQuestion,
): Promise<Confidence> {
  const { seed } = question;
  const { host, lab, phases, limits } = finding;
  const phase = phases[0]!;
  const most = Math.max(1, limits[0]!.seats);
  const sets = await Promise.all(
    Array.from({ length: SETS }, async (_, set) => {
      const parameters: ParameterChoice = { kind: 'sampled', seed, set };
      const drawn = withSpeed(host, speedOf(host, RandomStream.named(seed, set, `parameter/${SPEED}`)));
      const found = await largestSeats(
        most,
        (count) => evaluator.ask(lab, [phase], drawn, count, 'explore', parameters),
        seats,
      );
      const outcomes = await evaluator.replications(
        lab,
        phase,
        drawn,
        seats,
        1,
        evaluator.explorer,
        parameters,
      );
      const boot = upAfter(lab, drawn, seats, drawOf(parameters));
      return { seats: found.seats, slowdown: outcomes[0]!.slowdownP95 ?? 1, boot };
    }),
  );
  const now = upAfter(lab, host, seats);
  const costs = sets.map((set) => costOn({ ...finding, seats: set.seats }, question));
  const parameters = await strongestParameters(finding, phase, seats, evaluator);
  return {
    host: host.name,
    seats: spread(sets.map((set) => set.seats)),
    slowdownP95: spread(sets.map((set) => set.slowdown)),
    bootFactor: now === null ? null : spread(sets.map(({ boot }) => boot! / now)),
    courseUsd: costs.every((cost) => cost !== null) ? spread(costs) : null,
    sets: SETS,
    parameters,
    measurement: measurementFor(parameters[0]?.parameter ?? null, host),
  };
}

/** All values lie between low and high: with so few sets, the extremes are the honest ends. */
function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return { low: sorted[0]!, middle, high: sorted.at(-1)! };
}

function speedOf({ speed }: Host, stream: RandomStream): number | null {
  if (speed === undefined) return null;
  const bound = stream.uniform() < 0.5 ? speed.low : speed.high;
  return exp(log(speed.value) + stream.uniform() * (log(bound) - log(speed.value)));
}

export function withSpeed(host: Host, value: number | null): Host {
  if (value === null || host.speed === undefined) return host;
  return { ...host, speed: { ...host.speed, value } };
}

/** The uncertain numbers that compiling asks for, by their names. */
function figuresOf(scenarios: readonly Scenario[]): Map<string, Figure> {
  const figures = new Map<string, Figure>();
  const record: Draw = (figure, parameter) => {
    figures.set(parameter, figure);
    return figure.value;
  };
  for (const scenario of scenarios) compile(scenario, record);
  return figures;
}

/** Every uncertain number a lab on a host rests on, by its name for good. */
export function uncertainFigures(
  lab: Lab,
  host: Host,
  phases: readonly WorkPhase[],
): ReadonlyMap<string, Figure> {
  const figures = figuresOf(phases.map((phase) => labScenario(lab, phase, host, 1, windowOf(1, 'explore'))));
  if (host.speed !== undefined) figures.set(SPEED, host.speed);
  return figures;
}

/** Those that only coming up rests on: of boots, and of disks. */
export function uncertainBootFigures(lab: Lab, host: Host): ReadonlyMap<string, Figure> {
  const stagger = lab.template.plan?.boot?.stagger;
  return stagger === undefined ? new Map() : figuresOf([bootScenario(lab, host, 1, stagger)]);
}

async function strongestParameters(
  { host, lab, phases }: HostFinding,
  phase: WorkPhase,
  seats: number,
  evaluator: Evaluator,
): Promise<readonly ParameterRow[]> {
  const figures = uncertainFigures(lab, host, phases);
  const scenario = labScenario(lab, phase, host, 1, windowOf(1, 'explore'));
  const swing = (parameter: string): number => {
    if (parameter === SPEED) return host.speed!.high / host.speed!.low - 1;
    const at = (end: 'low' | 'high') =>
      seatLoad(compile(scenario, drawOf({ kind: 'pinned', parameter, end })));
    const low = at('low');
    const high = at('high');
    return (
      Math.abs(high.total - low.total) / Math.max(low.total, 1e-9) +
      Math.abs(high.probeStretch - low.probeStretch)
    );
  };
  // What arithmetic does not see: how much a busy sibling costs, and copies on a promiscuous switch.
  const unseen = [
    'platform.smt-throughput',
    ...(lab.switch.promiscuous ? ['platform.network.drop', 'platform.network.copy'] : []),
  ];
  const wide = [...figures].filter(([, { low, high }]) => high > low);
  const candidates = wide
    .map(([parameter, figure]) => ({
      parameter,
      figure,
      swing: unseen.includes(parameter) ? Number.POSITIVE_INFINITY : swing(parameter),
    }))
    .sort((a, b) => b.swing - a.swing || (a.parameter < b.parameter ? -1 : 1))
    .slice(0, TRIED + unseen.length - 1);
  const rows = await Promise.all(
    candidates.map(async ({ parameter, figure }): Promise<ParameterRow> => {
      const [atLow, atHigh] = await Promise.all(
        (['low', 'high'] as const).map(async (end) => {
          const drawn = parameter === SPEED ? withSpeed(host, figure[end]) : host;
          const choice: ParameterChoice =
            parameter === SPEED ? { kind: 'best' } : { kind: 'pinned', parameter, end };
          const outcomes = await evaluator.replications(
            lab,
            phase,
            drawn,
            seats,
            REPLICATIONS,
            evaluator.explorer,
            choice,
          );
          return geometricMean(outcomes.map(({ slowdownP95 }) => slowdownP95 ?? 1));
        }),
      );
      return { parameter, basis: figure.basis, source: figure.source, atLow: atLow!, atHigh: atHigh! };
    }),
  );
  return rows.sort((a, b) => reach(b) - reach(a) || (a.parameter < b.parameter ? -1 : 1));
}

const reach = ({ atLow, atHigh }: ParameterRow): number => Math.abs(log(atHigh) - log(atLow));

const geometricMean = (values: readonly number[]): number =>
  exp(values.reduce((sum, value) => sum + log(value), 0) / values.length);

/** The one measurement that would narrow the answer most. */
export function measurementFor(parameter: string | null, host: Host): string {
  if (parameter === null) return 'no number of this answer has a range that could be narrowed';
  if (parameter === SPEED) return `run your own work on one ${host.name} and on a machine you know`;
  if (parameter.startsWith('workload.')) {
    const name = parameter.split('.')[1]!;
    return `count the exits of ${name} in a VM of yours (nestmark bench, or KVM's own counters) and put them into a copy of scenarios/workloads/${name}.yaml`;
  }
  if (parameter === 'platform.smt-throughput') {
    return `run nestmark bench --lab here on one ${host.name}, which tells what two threads of a core get done, and plan again with a --platform made by nestmark calibrate --processor`;
  }
  return `run nestmark bench on one ${host.name}, nestmark calibrate on its record, and plan again with --platform`;
}
