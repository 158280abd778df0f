// Three things people say of nested labs, held against what the planner works out. Nothing is tuned to them: the
// script prints what comes out (docs/planning.md quotes it). Run after `npm run build`:
//
//   node scripts/plan-checks.mjs pairing            Azure's pairing of lab sizes and inner VMs
//   node scripts/plan-checks.mjs saving PLAN.json   virtual instances against metal, from a plan of all of EC2
//   node scripts/plan-checks.mjs cliff [CORES ...]   "drops off a cliff past ~19 VMs nested"
import { readFileSync } from 'node:fs';
import { openLibrary } from '../dist/library/library.js';
import { kneeOf } from '../dist/model/experiment/knee.js';
import { fullFrom, KNEE_GROWTH } from '../dist/plan/advice/curve.js';
import { runBootTrial } from '../dist/plan/boot/boot-trial.js';
import { cheapestMix } from '../dist/plan/cost/cheapest-mix.js';
import { trialBinding } from '../dist/plan/search/binding.js';
import { Evaluator } from '../dist/plan/search/evaluator.js';
import { hostLimits } from '../dist/plan/search/host-limits.js';
import { judge } from '../dist/plan/target/judgement.js';
import { TARGET_PRESETS } from '../dist/plan/target/plan-targets.js';
import { runTrial } from '../dist/plan/trial/trial.js';

const PLATFORM = 'kvm-intel-shadowing';
const library = openLibrary();
const hosts = new Map(library.loadHosts().value.map((host) => [host.name, host]));
const platformOf = (name) => library.loadPlatform(name).value.platform;
const targets = TARGET_PRESETS.workable;
const evaluator = new Evaluator({
  run: (trial) => Promise.resolve(runTrial(trial)),
  runBoot: (trial) => Promise.resolve(runBootTrial(trial)),
  seed: 1,
  targets,
  probability: 0.95,
});

/** How many inner VMs each nested size of Azure Lab Services holds: one client to sit at, the others servers. */
async function pairing() {
  const name = process.argv[3] ?? hosts.get('lab-medium-nested').catalogue.platforms.virtual;
  const platform = platformOf(name);
  const { template } = library.loadTemplate('azure-lab-hyperv-two', platform).value;
  console.log(
    `Azure Lab Services on ${name}; inner VMs of 2 vCPUs and 4 GiB, one a client, the others servers`,
  );
  for (const size of ['lab-medium-nested', 'lab-large-nested']) {
    const host = hosts.get(size);
    for (let count = 1; count <= 7; count++) {
      const vms = template.vms
        .map((vm) => (vm.name === 'server' ? { ...vm, count: count - 1 } : vm))
        .filter((vm) => vm.count > 0);
      const lab = { template: { ...template, vms }, platform, switch: template.plan.switch };
      const limit = hostLimits(host, lab.template, platform, targets, 1, [])[0];
      if (limit.seats === 0) {
        console.log(
          `${size} (${host.cpus} CPUs, ${host.memory / 2 ** 30} GiB), ${count} inner: no, ${limit.cause}: ${limit.text}`,
        );
        continue;
      }
      const answer = await evaluator.ask(lab, template.plan.phases, host, 1, 'confirm');
      const figures = answer.detail.phases.flatMap(({ phase, judgement }) =>
        judgement.figures
          .filter(({ target }) => target === 'probe-p95-slowdown' || target === 'ready')
          .map(
            ({ target, mean, bound }) => `${phase.name}: ${target} ${mean.toFixed(3)} (${bound.toFixed(3)})`,
          ),
      );
      console.log(`${size}, ${count} inner: ${answer.meets ? 'workable' : 'no'}; ${figures.join('; ')}`);
    }
  }
}

/** What virtual instances save against metal for 1 to so many seats, from the hosts of one plan. */
function saving(file) {
  const plan = JSON.parse(readFileSync(file, 'utf8'));
  const offersOf = (level) =>
    plan.hosts
      .filter((row) => row.level === level && row.seats > 0 && row.price !== null)
      .map(({ host, seats, price }) => ({ name: host, seats, usdPerHour: price.usdPerHour }));
  const [metal, virtual] = [offersOf(0), offersOf(1)];
  console.log(
    `${plan.question.template.name}: USD an hour of the cheapest metal and of the cheapest virtual hosts`,
  );
  for (let seats = 1; seats <= plan.question.seats; seats++) {
    const [onMetal, onVirtual] = [cheapestMix(metal, seats), cheapestMix(virtual, seats)];
    const text = (mix) => mix.hosts.map(({ name, count }) => `${count} x ${name}`).join(' + ');
    const share = 1 - onVirtual.usdPerHour / onMetal.usdPerHour;
    console.log(
      `${String(seats).padStart(3)} seats: metal ${onMetal.usdPerHour.toFixed(2)} (${text(onMetal)}), virtual ${onVirtual.usdPerHour.toFixed(2)} (${text(onVirtual)}): saves ${(100 * share).toFixed(0)} %`,
    );
  }
}

/** One nested hypervisor that spans a small server, with more and more small VMs inside. */
async function cliff() {
  const platform = platformOf(PLATFORM);
  const { template } = library.loadTemplate('vsphere-course', platform).value;
  const web = library.loadTemplate('two-hypervisors', platform).value.template.vms[0].vms[0];
  const desk = template.vms.find(({ name }) => name === 'desk');
  const esxi = template.vms.find(({ name }) => name === 'esxi');
  const sizes = process.argv.slice(3).map(Number);
  for (const cores of sizes.length === 0 ? [4] : sizes) {
    const host = { ...hosts.get('nuc10-i5'), name: `${cores} cores`, cpus: 2 * cores, memory: 128 * 2 ** 30 };
    const points = [];
    let beyond = null;
    for (let count = 1; count <= 12 * cores; count += count < 4 ? 1 : 2) {
      const vms = [
        {
          ...esxi,
          count: 1,
          vcpus: 2 * cores,
          memory: 96 * 2 ** 30,
          vms: [
            { ...web, vcpus: 1, memory: 2 ** 30, count },
            { ...desk, vcpus: 1, memory: 2 ** 30, component: undefined },
          ],
        },
      ];
      const lab = {
        template: { ...template, name: `cliff-${count}`, vms },
        platform,
        switch: template.plan.switch,
      };
      const phase = { kind: 'exercise', name: 'work', duration: 3.6e12, workloads: new Map() };
      const outcomes = await evaluator.replications(lab, phase, host, 1, 3, 'exact');
      const mean = (of) => outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
      const slowdownP95 = mean((outcome) => outcome.slowdownP95);
      const idle = mean((outcome) => outcome.cpu.idle);
      points.push({ seats: count + 1, sample: outcomes.map((outcome) => outcome.slowdownP95), idle });
      console.log(
        `${cores} cores, ${count + 1} inner VMs: slowdown p95 ${slowdownP95.toFixed(2)}, ready ${(100 * mean((o) => o.ready.share)).toFixed(1)} %, idle ${(100 * idle).toFixed(0)} %`,
      );
      // The cause is named where `workable` is missed on the mean: three replications say little of a bound.
      const judgement = judge(outcomes, targets, 0.95);
      if (beyond === null && judgement.verdict === 'fails')
        beyond = {
          count: count + 1,
          ...trialBinding({ phase, judgement, outcomes }, 1, { threadsPerCore: 2, probeStretch: 1.02 }),
        };
      if (slowdownP95 > 6) break;
    }
    const knee = kneeOf(points, KNEE_GROWTH);
    console.log(
      `${cores} cores: grown by half at ${knee?.seats?.toFixed(1)} inner VMs (${knee?.low?.toFixed(1)} to ${knee?.high?.toFixed(1)}), ` +
        `CPUs full from ${fullFrom(points)} on, no longer workable with ${beyond?.count}; ${beyond?.cause}: ${beyond?.text}`,
    );
  }
}

const [, , what, file] = process.argv;
if (what === 'pairing') await pairing();
else if (what === 'saving' && file !== undefined) saving(file);
else if (what === 'cliff') await cliff();
else {
  console.error('usage: node scripts/plan-checks.mjs pairing | saving PLAN.json | cliff [CORES ...]');
  process.exitCode = 2;
}
