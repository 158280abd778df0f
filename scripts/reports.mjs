// `npm run reports`: the sample reports under reports/, remade from the scenarios and from the committed record of a
// real ladder. Same inputs, same bytes: what git shows as changed after it has changed for a reason.
import { join } from 'node:path';
import { build, installPackages, requireNode, root, run } from './steps.mjs';

const RECORD = 'test/fixtures/records/emulated-instructions.jsonl';
const PROFILE = 'platforms/emulated-lab.yaml';

requireNode();
installPackages();
build();

const nestmark = (...args) => run(process.execPath, [join(root, 'bin/nestmark.js'), ...args]);
const sample = (name) => `reports/${name}`;

// What a planner sees: the sample lab on a rented server, and what MAC learning would change.
for (const scenario of ['course-lab', 'course-lab-mac-learning']) {
  nestmark('simulate', `scenarios/${scenario}.yaml`, '--out', sample(scenario), '--pictures');
}

// What an instructor with a budget sees: three courses on three platforms. Prices are of the day the catalogues say.
for (const [template, hosts] of [
  ['vsphere-course', 'ec2'],
  ['azure-lab-hyperv-two', 'azure|azure-lab-services'],
  ['network-lab-light', 'gcp'],
]) {
  nestmark('plan', template, '--hosts', hosts, '--price-date', '2026-08-02', '--out', sample('plans'));
}

// The whole loop on one page: measured in the emulated lab, fitted, predicted.
nestmark('calibrate', RECORD, '--out', PROFILE);
const loop = sample('emulated-lab');
nestmark('simulate', 'scenarios/emulated-lab.yaml', '--out', loop);
nestmark(
  'report',
  RECORD,
  PROFILE,
  `${loop}/emulated-lab.json`,
  '--out',
  loop,
  '--name',
  'emulated-lab',
  '--pictures',
);
