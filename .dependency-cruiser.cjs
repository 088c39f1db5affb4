/**
 * The layers of docs/architecture.md, top to bottom: an import points down this list, never up or sideways.
 * `scripts/check.ts` counts the modules that were read and seeds a violation, so that an empty reading fails.
 */
const LAYERS = [
  '^packages/accredit/src/cli/',
  '^packages/accredit/src/(cloud|cloud-directories|running-cloud|metadata-tls|apis|listener-book|running-workloads|index)\\.ts$',
  '^packages/accredit/src/config/',
  '^packages/accredit/src/workload/',
  '^packages/accredit/src/apis/',
  '^packages/accredit/src/http/',
  '^packages/accredit/src/observability/',
  '^packages/accredit/src/identity/',
  '^packages/accredit/src/resources/',
  '^packages/accredit/src/store/',
  '^packages/accredit/src/protocol/',
  '^packages/accredit/src/conformance/',
  '^packages/accredit/src/kernel/',
];

/** Tests and their fixtures may reach anywhere. */
const TESTS = '\\.(test|fixture|contract)\\.ts$';

const layerRules = LAYERS.slice(1).map((from, index) => ({
  name: `layers-point-down-${index + 1}`,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { path: LAYERS.slice(0, index + 1) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true, viaOnly: { pathNot: TESTS, dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'an-api-never-imports-an-api',
      comment: 'What two APIs need is a resource or a rule.',
      severity: 'error',
      from: { path: '^packages/accredit/src/apis/([^/]+)/', pathNot: TESTS },
      to: { path: '^packages/accredit/src/apis/', pathNot: '^packages/accredit/src/apis/$1/' },
    },
    {
      name: 'only-the-command-line-checks-conformance',
      comment: 'The suite and the server that it checks share no code, or both would be wrong together.',
      severity: 'error',
      from: { pathNot: [TESTS, '^packages/accredit/src/(cli|conformance)/'] },
      to: { path: '^packages/accredit/src/conformance/' },
    },
    {
      name: 'rules-are-pure',
      comment:
        'protocol and kernel know no HTTP, clock, disk or environment; hashing and signing are computation.',
      severity: 'error',
      from: { path: '^packages/accredit/src/(protocol|kernel)/', pathNot: TESTS },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util|buffer|zlib|stream)$' },
    },
    {
      name: 'no-test-in-the-product',
      severity: 'error',
      from: { pathNot: [TESTS, '\\.writer\\.ts$'] },
      to: { path: TESTS },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^node:' },
    },
    {
      name: 'no-undeclared-package',
      severity: 'error',
      from: { path: '^packages/accredit/src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['accredit-source', 'import', 'node', 'default'],
    },
  },
};
