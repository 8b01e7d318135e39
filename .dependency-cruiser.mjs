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
const share = 'Move what both need into a package that both may import.'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbidden(
      'by-name',
      'Import another package by its name, and name it in package.json. install.mjs runs before that is possible.',
      { path: '^((?:apps|packages|docker|charts)/[^/]+)/' },
      { dependencyTypes: ['local'], pathNot: ['^$1/', '^packages/workspace/install\\.mjs$'] },
    ),
    forbidden('packages-import-packages', share, { path: '^packages/' }, { path: '^(apps|docker|charts)/' }),
    forbidden(
      'apps-import-packages',
      share,
      { path: '^(apps|docker|charts)/([^/]+)/' },
      { path: '^(apps|docker|charts)/', pathNot: '^$1/$2/' },
    ),
    forbidden(
      'sidecars-stay-small',
      'They run beside every server: only what reads settings and volumes may come along.',
      { path: '^packages/sidecar/' },
      { path: '^packages/', pathNot: '^packages/(sidecar|settings|volume)/' },
    ),
    forbidden(
      'command-line-knows-no-server',
      share,
      { path: '^apps/bluecore/' },
      {
        path: '^packages/',
        pathNot: '^packages/(cache|hosts|images|kube-tools|lab|misskey-contract|workspace)/',
      },
    ),
    forbidden(
      'charts-import-tools',
      share,
      { path: '^charts/' },
      { path: '^packages/', pathNot: '^packages/(kube-tools|helm-unittest|images|sidecar|workspace)/' },
    ),
    forbidden(
      'workspace-is-tooling',
      'Nothing of it is shipped: its commands are run, not imported.',
      { pathNot: '^packages/workspace/' },
      { path: '^packages/workspace/', pathNot: '^packages/workspace/install\\.mjs$' },
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
