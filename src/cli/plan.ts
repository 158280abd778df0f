import { evaluate } from '../check/evaluate.ts';
import { readRules } from '../check/read-rules.ts';
import { type Library, openLibrary } from '../library/library.ts';
import { countBases } from '../model/scenario/count-bases.ts';
import type { Platform } from '../model/scenario/platform.ts';
import { formatProblem } from '../model/scenario/problem.ts';
import type { Host, Template, Workload } from '../model/scenario/scenario.ts';
import { toSwitchPolicy } from '../model/scenario/switch-policy.ts';
import { wordInCatalogue } from '../plan/host/host-filter.ts';
import { makePlan } from '../plan/plan.ts';
import type { PlanQuestion, RuleAnswer } from '../plan/plan-question.ts';
import type { PlanResult } from '../plan/result/plan-result.ts';
import { type PlanTargets, readTargets, TargetError } from '../plan/target/plan-targets.ts';
import { type Lab, labScenario, windowOf } from '../plan/trial/lab-scenario.ts';
import { TrialPool } from '../workers/trial-pool.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { besideShipped, matching, readDate } from './host-options.ts';
import { planCommand } from './plan-command.ts';
import type { PlanOptions } from './plan-options.ts';
import { Progress } from './progress.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

/** Stacks that what-if rows try in place of the one planned with. */
const OTHER_STACKS = ['esxi-on-esxi', 'hyperv-on-hyperv', 'kvm-intel-no-shadowing'] as const;
/** What hosts are planned with when their catalogue names no profile. */
const DEFAULT_PLATFORM = 'kvm-intel-shadowing';

/** `nestmark plan`: answers with tables and a page, or one JSON document. */
export async function plan(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  const pool = new TrialPool({ workers: options.workers, signal: terminal.signal });
  const { question, result } = await answer(options, pool, terminal);
  if (options.json === true) terminal.out.write(planToJson(result));
  else {
    const { renderPlan } = await import('../report/plan/terminal.ts');
    terminal.out.write(renderPlan(result, { columns: terminal.columns, explain: options.explain === true }));
  }
  if (options.out !== undefined && result.complete) {
    // A page takes as long to load as a quick answer may last.
    const [{ planCharts, renderPlanPage }, { pictureParts }, { writeReport }, { tellWritten }] =
      await Promise.all([
        import('../report/plan/page.ts'),
        import('./picture-parts.ts'),
        import('../report/file/write-report.ts'),
        import('./tell-written.ts'),
      ]);
    const paths = await writeReport(options.out, question.template.name, [
      { extension: 'plan.html', content: (await renderPlanPage(result)).page },
      { extension: 'plan.json', content: planToJson(result) },
      ...(options.pictures === true ? await pictureParts(planCharts(result)) : []),
    ]);
    tellWritten(paths, terminal, options.json);
  }
  if (!result.complete) return EXIT_CODE.interrupted;
  return result.recommended === null ? EXIT_CODE.answeredNo : EXIT_CODE.fine;
}

export const planToJson = (result: PlanResult): string => `${JSON.stringify(result, null, 2)}\n`;

/** Reads the question while the threads start. */
async function answer(
  options: PlanOptions,
  pool: TrialPool,
  terminal: Terminal,
): Promise<{ readonly question: PlanQuestion; readonly result: PlanResult }> {
  const progress = new Progress(terminal, 'Planning');
  try {
    pool.start();
    const question = readQuestion(options);
    const result = await makePlan(question, {
      run: pool.run,
      runBoot: pool.runBoot,
      signal: terminal.signal,
      onProgress: (done, of, stage, best) =>
        progress.show(done / of, `${done} of ${of} ${stage}${best === null ? '' : `; so far ${best}`}`),
    });
    return { question, result };
  } finally {
    progress.clear();
    await pool.close();
  }
}

function readQuestion(options: PlanOptions): PlanQuestion {
  const library = openLibrary();
  const platforms = new Platforms(library, options);
  const hostFilter = options.hosts ?? platforms.hostsMeant() ?? 'all';
  const hosts = chosenHosts(library, hostFilter, options.catalogue);
  const { able, leftOut } = platforms.split(hosts);
  const { template, templateHash } = platforms.any();
  const { plan: taught } = template;
  if (taught === undefined) {
    throw new UserError(
      `${options.template}: found a template without plan:, expected one that says how it is taught with; see docs/planning.md`,
    );
  }
  const course = {
    seats: options.seats ?? taught.course.seats,
    sessions: options.sessions ?? taught.course.sessions,
    hours: options.hours ?? taught.course.hours,
  };
  if (!(course.hours > 0)) throw new UserError('--hours: expected a number of hours above 0');
  const today = readDate(options.priceDate);
  return {
    version: ownVersion(),
    command: planCommand({ ...options, priceDate: today }),
    quick: options.quick === true,
    template,
    templateHash,
    course,
    seats: course.seats,
    hosts: able,
    hostFilter,
    leftOut,
    labOf: (host) => platforms.labOf(host),
    rules: rulesOf(library, platforms),
    platforms: platforms.used(),
    otherPlatforms: () => platforms.others(),
    targets: targetsOf(template, options),
    probability: options.probability,
    terms: { windows: taught.windows, spot: options.spot === true || taught.spot },
    today,
    seed: options.seed,
  };
}

function chosenHosts(library: Library, filter: string, catalogue: string | undefined): readonly Host[] {
  const own = catalogue === undefined ? [] : valueOrRefuse(library.loadCatalogue(catalogue));
  const read = (word: string | null): readonly Host[] =>
    besideShipped(own, valueOrRefuse(library.loadHosts(word)));
  const chosen = matching(read(wordInCatalogue(filter)), filter);
  if (chosen.length === 0) {
    throw new UserError(
      `--hosts ${filter}: none of ${read(null).length} hosts; nestmark catalogue lists them and takes the same filter`,
    );
  }
  return chosen;
}

/** The rules of the road (platforms/rules), asked once for each host. */
function rulesOf(library: Library, platforms: Platforms): (host: Host) => RuleAnswer {
  const rules = library.ruleTexts().flatMap(({ file, text }) => valueOrRefuse(readRules(file, text)));
  const known = new Map<Host, RuleAnswer>();
  return (host) => {
    const answered = known.get(host);
    if (answered !== undefined) return answered;
    const lab = platforms.labOf(host);
    const [phase] = lab.template.plan!.phases;
    const scenario = { ...labScenario(lab, phase!, host, 1, windowOf(1, 'explore')), host };
    const broken = evaluate(rules, scenario).filter(({ outcome }) => outcome === 'broken');
    const said = (severity: string): string[] => [
      ...new Set(
        broken
          .filter(({ rule }) => rule.severity === severity)
          .map(({ rule, subject }) => `${subject.name}: ${rule.reason} (rule ${rule.id}); ${rule.advice}`),
      ),
    ];
    const answer = { refusals: said('error'), warnings: said('warning') };
    known.set(host, answer);
    return answer;
  };
}

function targetsOf(template: Template, { target }: PlanOptions): PlanTargets {
  try {
    return readTargets(template.plan!.preset, target ?? []);
  } catch (error) {
    throw error instanceof TargetError ? new UserError(`--target: ${error.message}`) : error;
  }
}

/** The template as it is on each platform its hosts go with. */
class Platforms {
  readonly #library: Library;
  readonly #options: PlanOptions;
  readonly #labs = new Map<string, { lab: Lab; platformHash: string; templateHash: string }>();

  constructor(library: Library, options: PlanOptions) {
    this.#library = library;
    this.#options = options;
  }

  labOf(host: Host): Lab {
    return this.#known(this.#nameFor(host)).lab;
  }

  /**
   * Hosts the template can be on, and those it cannot be on, by platform: a reservation is only some schedulers' to give.
   * @throws {UserError} when it can be on none of them: then it is the template that is wrong.
   */
  split(hosts: readonly Host[]): {
    readonly able: readonly Host[];
    readonly leftOut: PlanQuestion['leftOut'];
  } {
    const refusals = new Map<string, string>();
    for (const name of new Set(hosts.map((host) => this.#nameFor(host)))) {
      if (this.#labs.has(name)) continue;
      const read = this.#library.loadTemplate(this.#options.template, this.#platform(name));
      if (!read.ok) refusals.set(name, formatProblem(read.problems[0]!));
    }
    const able = hosts.filter((host) => !refusals.has(this.#nameFor(host)));
    if (able.length === 0) this.labOf(hosts[0]!);
    for (const host of able) this.labOf(host);
    const leftOut = Array.from(refusals, ([platform, reason]) => {
      const theirs = hosts.filter((host) => this.#nameFor(host) === platform);
      return { platform, hosts: theirs.map(({ name }) => name), reason };
    });
    return { able, leftOut };
  }

  #platform(name: string): Platform {
    return valueOrRefuse(this.#library.loadPlatform(name)).platform;
  }

  /** The filter of the template itself, which is the same on every platform. */
  hostsMeant(): string | null {
    const name = this.#options.platform ?? DEFAULT_PLATFORM;
    return this.#read(name).template.plan?.hosts ?? null;
  }

  #nameFor({ catalogue, level }: Host): string {
    if (this.#options.platform !== undefined) return this.#options.platform;
    const named = catalogue?.platforms;
    return (level === 0 ? named?.metal : named?.virtual) ?? DEFAULT_PLATFORM;
  }

  #known(name: string): { lab: Lab; platformHash: string; templateHash: string } {
    const known = this.#labs.get(name);
    if (known !== undefined) return known;
    const { platform, platformHash, template, templateHash } = this.#read(name);
    const policy = template.plan?.switch;
    const made = {
      lab: { template, platform, switch: policy ?? toSwitchPolicy(undefined, platform.switches) },
      platformHash,
      templateHash,
    };
    this.#labs.set(name, made);
    return made;
  }

  #read(name: string) {
    const { platform, hash: platformHash } = valueOrRefuse(this.#library.loadPlatform(name));
    const { template, hash: templateHash } = valueOrRefuse(
      this.#library.loadTemplate(this.#options.template, platform),
    );
    return { platform, platformHash, template, templateHash };
  }

  any(): { template: Template; templateHash: string } {
    const [first] = this.#labs.values();
    return { template: first!.lab.template, templateHash: first!.templateHash };
  }

  used(): PlanQuestion['platforms'] {
    return [...this.#labs.values()].map(({ lab: { platform, template }, platformHash }) => ({
      platform,
      hash: platformHash,
      bases: countBases(platform, workloadsOfPlan(template)),
    }));
  }

  /** Profiles of other common stacks that the template can run on. */
  others(): readonly Platform[] {
    const used = new Set([...this.#labs.values()].map(({ lab }) => lab.platform.name));
    return OTHER_STACKS.filter((name) => !used.has(name))
      .map((name) => this.#library.loadPlatform(name))
      .flatMap((read) =>
        read.ok && read.value.platform.calibration === undefined ? [read.value.platform] : [],
      )
      .filter((platform) => this.#library.loadTemplate(this.#options.template, platform).ok);
  }
}

function workloadsOfPlan({ vms, plan: taught }: Template): ReadonlySet<Workload> {
  const found = new Set<Workload>();
  const visit = (machines: Template['vms']): void => {
    for (const { workload, vms: inner } of machines) {
      if (workload !== null) found.add(workload);
      visit(inner);
    }
  };
  visit(vms);
  for (const { workloads } of taught?.phases ?? [])
    for (const workload of workloads.values()) found.add(workload);
  return found;
}
