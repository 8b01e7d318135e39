// Which file may import which. Arrows point one way: apps → packages, docker → packages, charts → a few packages.
// Our packages resolve to their sources, so one rule covers imports by name and by path.

const test = '/tests?/|\\.test\\.m?[jt]s$'
const helper = '/testing/'

/**
 * @param {string} name
 * @param {string} comment what to do
 * @param {import('dependency-cruiser').IForbiddenRuleType['from']} from
 * @param {import('dependency-cruiser').IForbiddenRuleType['to']} to
 */
const forbidden = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

/**
 * Files of `folder` may import these packages and no others.
 * @param {string} name
 * @param {string} comment
 * @param {string} folder
 * @param {string[]} packages
 */
const imports = (name, comment, folder, packages) =>
  forbidden(
    name,
    comment,
    { path: `^${folder}/` },
    { path: '^packages/', pathNot: `^packages/(${packages.join('|')})/` },
  )

const share = 'Move what both need into a package that both may import.'
/** Runs before anything is installed, so it is imported by its path. */
const install = '^packages/workspace/install\\.mjs$'
const ownFolder = '^((?:apps|packages|docker|charts)/[^/]+)/'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbidden(
      'by-name',
      'Import another package by its name, and name it in package.json.',
      { path: ownFolder },
      { dependencyTypes: ['local'], pathNot: ['^$1/', install] },
    ),
    forbidden(
      'only-packages-are-imported',
      share,
      { path: ownFolder },
      { path: '^(apps|docker|charts)/', pathNot: '^$1/' },
    ),
    imports(
      'sidecars-stay-small',
      'They run beside every server: only what reads settings and volumes may come along, and two requests to the API server.',
      'packages/sidecar',
      ['sidecar', 'api-server', 'lease', 'settings', 'volume'],
    ),
    imports('lease-stays-small', 'It decides what may write.', 'packages/lease', ['lease', 'volume']),
    imports('command-line-knows-no-server', share, 'apps/bluecore', [
      'cache',
      'hosts',
      'images',
      'kube-tools',
      'lab',
      'misskey-contract',
      'workspace',
    ]),
    imports('charts-import-tools', share, 'charts', [
      'kube-tools',
      'helm-unittest',
      'images',
      'sidecar',
      'workspace',
    ]),
    imports(
      'workspace-needs-no-package',
      'It runs before any other package is built.',
      'packages/workspace',
      ['workspace'],
    ),
    forbidden(
      'workspace-is-tooling',
      'Nothing of it is shipped: its commands are run, not imported.',
      { pathNot: '^packages/workspace/' },
      { path: '^packages/workspace/', pathNot: install },
    ),
    forbidden('tests-are-not-imported', 'Helpers live in testing/.', {}, { path: test }),
    forbidden(
      'helpers-are-for-tests',
      'Move what is shipped out of testing/.',
      { pathNot: [test, helper, '/bench/', '^packages/sidecar-bench/'] },
      { path: helper },
    ),
  ],
  options: {
    parser: 'swc', // TypeScript 7 has no API for it
    tsPreCompilationDeps: true, // types count
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules|built)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node'] },
  },
}
