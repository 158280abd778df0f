import type { Finding } from '../model/experiment/result.ts';
import { curveOf } from './advice/curve.ts';
import { sizeTemplate } from './advice/sizing.ts';
import { confidenceOf } from './advice/uncertainty.ts';
import { type Variant, variantsOf } from './advice/what-if.ts';
import { whatIfRows } from './advice/what-if-rows.ts';
import { cheapestMix, type Mix, type Offer } from './cost/cheapest-mix.ts';
import { hourlyPrice } from './cost/host-price.ts';
import type { PlanQuestion } from './plan-question.ts';
import { findingsOf } from './result/findings.ts';
import { hostRow, inOrder } from './result/host-row.ts';
import { originsOf } from './result/origins.ts';
import { PLAN_SCHEMA, type PlanResult, type Recommendation } from './result/plan-result.ts';
import { questionRow } from './result/question-row.ts';
import { recommend } from './result/recommendation.ts';
import { confirmBoot, relaxBootLimit } from './search/confirm-boot.ts';
import { confirmHost, isConceivable, nearlyHoldsOne, notConfirmable } from './search/confirm-host.ts';
import { Evaluator, type RunBootTrial, type RunTrial } from './search/evaluator.ts';
import {
  type Candidate,
  candidateOf,
  exploreHost,
  type HostFinding,
  mostSeats,
} from './search/explore-host.ts';
import { exploreKin, kinOf } from './search/explore-kin.ts';
import type { Lab } from './trial/lab-scenario.ts';

export interface PlanHooks {
  readonly run: RunTrial;
  readonly runBoot: RunBootTrial;
  readonly signal: AbortSignal;
  /** How many hosts are done, and the cheapest answer so far. */
  readonly onProgress?: (done: number, of: number, stage: string, best: string | null) => void;
}

/** Kinds of hosts looked at at once: enough to keep every worker busy, few enough to have whole answers early. */
const AT_ONCE = 6;
/** Times the cheapest answer may change under confirmation before it is taken as it is. */
const MOST_ROUNDS = 4;

/**
 * Answers a question: explores every host with the fluid engine, confirms what it recommends with the exact one, and
 * says what would change it. Stopped early, it answers with what it has, and says so.
 */
export async function makePlan(question: PlanQuestion, hooks: PlanHooks): Promise<PlanResult> {
  const planner = new Planner(question, hooks);
  const complete = await planner.work();
  return planner.result(complete);
}

type Advice = Pick<PlanResult, 'curve' | 'whatIf' | 'sizing' | 'confidence'>;

const NO_ADVICE: Advice = { curve: null, whatIf: [], sizing: [], confidence: null };

/** Work over the CPUs there are, from which on nothing is to be learned by trying. */
const HOPELESS = 4;

/** One seat wants many times the CPUs of the host: what would change it, and how sure it is, is not a matter of percents. */
const isHopeless = ({ seats, load, host }: HostFinding): boolean =>
  seats === 0 && load.total > HOPELESS * host.cpus;

class Planner {
  readonly #question: PlanQuestion;
  readonly #hooks: PlanHooks;
  readonly #evaluator: Evaluator;
  /** Advises on hosts of which the fluid engine is far off: asked about everything, the exact one answers. */
  readonly #exactAdvisor: Evaluator;
  readonly #fluidFarOff = new Set<string>();
  readonly #found = new Map<string, HostFinding>();
  /** Asked of the exact engine, whether or not it could answer. */
  readonly #asked = new Set<string>();
  readonly #confirmed = new Set<string>();
  readonly #obstacles = new Map<string, string>();
  readonly #variants = new Map<Lab, readonly Variant[]>();
  readonly #advised = new Map<string, Promise<Advice>>();
  #first: Mix | null = null;
  #second: Mix | null = null;
  #advice = NO_ADVICE;

  constructor(question: PlanQuestion, hooks: PlanHooks) {
    this.#question = question;
    this.#hooks = hooks;
    const { seed, targets, probability } = question;
    const { run, runBoot } = hooks;
    const options = { run, runBoot, seed, targets, probability };
    this.#evaluator = new Evaluator(options);
    this.#exactAdvisor = new Evaluator({ ...options, explorer: 'exact' });
  }

  /** @returns whether it was done with everything. */
  async work(): Promise<boolean> {
    try {
      await this.#explore();
      await this.#choose();
      if (this.#question.quick) return true;
      this.#advice = await this.#advise();
      return true;
    } catch (error) {
      if (!this.#hooks.signal.aborted) throw error;
      this.#first ??= cheapestMix(this.#offers(), this.#question.seats);
      return false;
    }
  }

  /** Hosts that promise to be cheap come first, so that an answer cut short is a good one; the order decides nothing. */
  async #explore(): Promise<void> {
    const { hosts, targets, seats } = this.#question;
    const candidates = hosts.map((host) =>
      candidateOf(this.#question.labOf(host), host, targets, seats, this.#question.rules(host).refusals),
    );
    const price = new Map(kinOf(candidates).map((kin) => [kin, this.#cheapest(kin)]));
    const waiting = [...price.keys()].sort((a, b) => price.get(a)! - price.get(b)!);
    const work = async (): Promise<void> => {
      for (let kin = waiting.shift(); kin !== undefined; kin = waiting.shift()) {
        await exploreKin(kin, this.#evaluator, (finding) => {
          this.#found.set(finding.host.name, finding);
          this.#tell(this.#found.size, hosts.length, 'hosts explored');
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** What a seat costs an hour at least on hosts of a kind, if their CPUs hold what their memory does. */
  #cheapest(kin: readonly Candidate[]): number {
    return Math.min(
      ...kin.map((candidate) => {
        const most = mostSeats(candidate);
        const price = hourlyPrice(candidate.host, this.#question.terms)?.usdPerHour;
        return most === 0 ? Number.MAX_VALUE : (price ?? Number.POSITIVE_INFINITY) / most;
      }),
    );
  }

  /** The cheapest hosts, each confirmed by the exact engine, unless asked quickly; what it says no to has fewer seats to offer. */
  async #choose(): Promise<void> {
    [this.#first] = await Promise.all([this.#settle(new Set()), this.#adviseAhead()]);
    this.#second = await this.#settle(new Set(this.#first?.hosts.map(({ name }) => name)));
  }

  /**
   * Where there is one host to choose, what would change it is worked out while the exact engine confirms its edge: trials
   * are remembered, and the edge mostly stays where it is.
   */
  async #adviseAhead(): Promise<void> {
    const holding = [...this.#found.values()].filter(({ seats }) => seats > 0);
    if (!this.#question.quick && holding.length === 1) await this.#adviseOn(holding[0]!);
  }

  async #settle(taken: ReadonlySet<string>): Promise<Mix | null> {
    for (let round = 0; ; round++) {
      const decided = this.#question.quick || round === MOST_ROUNDS;
      const offers = decided ? this.#offers() : [...this.#offers(), ...this.#hopes()];
      const mix = cheapestMix(
        offers.filter(({ name }) => !taken.has(name)),
        this.#question.seats,
      );
      const open = (mix?.hosts ?? []).filter(({ name }) => !this.#asked.has(name));
      if (decided || open.length === 0) return mix;
      this.#tell(round, MOST_ROUNDS, `confirming ${open.map(({ name }) => name).join(', ')}`);
      await Promise.all(
        open.map(async ({ name }) => {
          const found = this.#found.get(name)!;
          const obstacle = notConfirmable(found);
          if (obstacle === null) this.#found.set(name, await this.#confirm(found));
          else {
            this.#obstacles.set(name, obstacle);
            if (found.bounded) this.#found.set(name, await exploreHost(found, this.#evaluator, found.seats));
          }
          this.#asked.add(name);
          if (obstacle === null) this.#confirmed.add(name);
        }),
      );
    }
  }

  async #confirm(explored: HostFinding): Promise<HostFinding> {
    const found = await relaxBootLimit(explored, this.#evaluator, this.#question.targets);
    // The edge mostly stays where it is: how its seats come up is worked out meanwhile.
    const [confirmed] = await Promise.all([
      confirmHost(found, this.#evaluator),
      found.seats === 0 ? null : this.#evaluator.boot(found.lab, found.host, found.seats),
    ]);
    if (confirmed.seats === 0) return confirmed;
    if (found.seats === 0) this.#fluidFarOff.add(found.host.name);
    return confirmBoot(confirmed, this.#evaluator, this.#question.targets);
  }

  async #advise(): Promise<Advice> {
    const name = this.#first?.hosts[0]?.name ?? this.#roomiest()?.host.name;
    const finding = name === undefined ? undefined : this.#found.get(name);
    if (finding === undefined) return NO_ADVICE;
    this.#tell(0, 1, 'what would change it');
    return this.#adviseOn(finding);
  }

  /** What is known ahead for the same seats is not worked out again. */
  #adviseOn(finding: HostFinding): Promise<Advice> {
    const key = JSON.stringify([finding.host.name, finding.seats, finding.binding.cause]);
    const known = this.#advised.get(key) ?? this.#workOutAdvice(finding);
    this.#advised.set(key, known);
    return known;
  }

  async #workOutAdvice(finding: HostFinding): Promise<Advice> {
    if (isHopeless(finding)) return NO_ADVICE;
    const evaluator = this.#fluidFarOff.has(finding.host.name) ? this.#exactAdvisor : this.#evaluator;
    const seats = Math.max(1, finding.seats);
    const [curve, whatIf, sizing, confidence] = await Promise.all([
      curveOf(finding, evaluator),
      whatIfRows(finding, this.#variantsOf(finding.lab), this.#question, evaluator),
      this.#size(finding),
      confidenceOf(finding, seats, evaluator, this.#question),
    ]);
    return { curve, whatIf, sizing, confidence };
  }

  /** Made once: trials are remembered by the very lab they are of. */
  #variantsOf(lab: Lab): readonly Variant[] {
    const variants = this.#variants.get(lab) ?? variantsOf(lab, this.#question.otherPlatforms());
    this.#variants.set(lab, variants);
    return variants;
  }

  /** The host with most CPUs of those that cannot hold a seat: where to look for why. null where none could whatever it had. */
  #roomiest(): HostFinding | null {
    return [...this.#found.values()]
      .filter(isConceivable)
      .reduce<HostFinding | null>(
        (best, next) => (best === null || next.host.cpus > best.host.cpus ? next : best),
        null,
      );
  }

  /** One seat with the host to itself: what its VMs take when nobody is in their way. */
  async #size({ lab, host, phases }: HostFinding): Promise<PlanResult['sizing']> {
    const seen = await Promise.all(
      phases.map(async (phase) => ({
        name: phase.name,
        outcomes: await this.#evaluator.replications(lab, phase, host, 1, 2),
      })),
    );
    return sizeTemplate(lab, host, seen);
  }

  #offers(): Offer[] {
    return [...this.#found.values()].flatMap(({ host, seats }) =>
      seats === 0 ? [] : this.#offer(host, seats),
    );
  }

  /** Hosts to ask the exact engine about: they nearly hold a seat, and would be worth it. */
  #hopes(): Offer[] {
    return [...this.#found.values()]
      .filter((finding) => nearlyHoldsOne(finding) && !this.#asked.has(finding.host.name))
      .flatMap(({ host }) => this.#offer(host, 1));
  }

  #offer(host: HostFinding['host'], seats: number): Offer[] {
    const price = hourlyPrice(host, this.#question.terms);
    return price === null ? [] : [{ name: host.name, seats, usdPerHour: price.usdPerHour }];
  }

  #unconfirmed(recommended: Recommendation | null): Finding[] {
    const reasons = (recommended?.hosts ?? []).flatMap(({ host }) => this.#obstacles.get(host) ?? []);
    return [...new Set(reasons)].map((reason) => ({
      severity: 'warning',
      code: 'not-confirmed',
      text: `the exact engine could not be asked, the answer is the fluid engine's alone: ${reason}`,
    }));
  }

  #tell(done: number, of: number, stage: string): void {
    const { onProgress } = this.#hooks;
    if (onProgress === undefined) return;
    const best = this.#first ?? cheapestMix(this.#offers(), this.#question.seats);
    const text =
      best === null
        ? null
        : `${best.hosts.map(({ name, count }) => `${count} × ${name}`).join(' + ')} at ${best.usdPerHour.toFixed(2)} USD/h`;
    onProgress(done, of, stage, text);
  }

  result(complete: boolean): PlanResult {
    const question = this.#question;
    const findings = [...this.#found.values()];
    const recommendation = (mix: Mix | null): Recommendation | null =>
      mix === null ? null : recommend(mix, question, this.#found, this.#confirmed);
    const recommended = recommendation(this.#first);
    const rows = inOrder(
      findings.map((finding) => hostRow(finding, question, this.#confirmed.has(finding.host.name))),
    );
    const answer = {
      recommended,
      second: recommendation(this.#second),
      ...this.#advice,
    };
    const said: readonly Finding[] = [
      ...findingsOf(question, rows, answer, complete),
      ...this.#unconfirmed(recommended),
    ];
    return {
      schema: PLAN_SCHEMA,
      version: question.version,
      complete,
      question: questionRow(question),
      hosts: rows,
      ...answer,
      findings: said,
      origins: originsOf(question, recommended, this.#found),
      trials: this.#evaluator.trials + this.#exactAdvisor.trials,
    };
  }
}
