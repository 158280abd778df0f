// The folders are the design (docs/design.md section 3): arrows point one way, and this file holds them.
const folders = (names) => `^src/(${names})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-is-pure',
      comment: 'the model runs unchanged in a browser worker: no Node API',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'model-stands-alone',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: '^src/', pathNot: '^src/model/' },
    },
    {
      name: 'kernel-knows-nothing-of-machines',
      severity: 'error',
      from: { path: '^src/model/kernel/' },
      to: { path: '^src/', pathNot: '^src/model/kernel/' },
    },
    {
      name: 'machine-does-not-read-scenarios',
      comment: 'scenario compiles to a machine, not the other way round',
      severity: 'error',
      from: { path: '^src/model/(machine|workload)/' },
      to: { path: '^src/model/(scenario|experiment)/' },
    },
    {
      name: 'only-the-command-line-knows-commands',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'answers-do-not-know-each-other',
      comment: 'calibrate, gate, plan and report may read a record, but not run the agent or each other',
      severity: 'error',
      from: { path: folders('bench|calibrate|gate|plan|report') },
      to: {
        path: folders('bench|calibrate|gate|plan|report|verify'),
        pathNot: [
          '^src/bench/record/',
          '^src/verify/comparison.ts',
          '^src/plan/result/(plan-result|words)\\.ts',
          // What a gate, a self-test or a history came to, for whoever shows it.
          '^src/gate/(result|metric|self-test)\\.ts',
          '^src/gate/export/wording\\.ts',
          '^src/gate/history/history-result\\.ts',
          '^src/$1/',
        ],
      },
    },
    {
      name: 'verify-calibrates-and-simulates',
      comment: 'verify holds model and calibration against reality; it neither runs the agent nor prints',
      severity: 'error',
      from: { path: folders('verify') },
      to: { path: folders('bench|gate|plan|report'), pathNot: ['^src/bench/record/'] },
    },
    {
      name: 'rules-are-pure',
      comment:
        'check holds scenarios against rules: planning and the command line use it, and it uses the model only',
      severity: 'error',
      from: { path: folders('check') },
      to: { path: '^src/', pathNot: ['^src/(check|model)/'] },
    },
    {
      name: 'not-to-dev',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
