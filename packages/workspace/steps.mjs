// What `npm run check` and `npm test` consist of. Node's own modules only.
import { countGo, countJunit, countVitest } from './count.mjs'

/** @typedef {import('./run-step.mjs').Step} Step */

/** biome alone heeds neither NO_COLOR nor where it prints to. */
const colors = process.stdout.isTTY ? '--colors=force' : '--colors=off'

/**
 * A vitest project; the numbers come from its report, not from what it prints.
 * @param {string} name
 * @param {'default' | 'verbose'} reporter verbose: a line for every test
 * @param {string[]} needs
 * @returns {Step}
 */
function vitest(name, reporter, needs = []) {
  const report = `packages/workspace/dist/reports/${name}.json`
  const project = `vitest run --config packages/workspace/vitest.config.ts --project ${name}`
  const command = `${project} --reporter ${reporter} --reporter json --outputFile.json ${report}`
  return { name, command, needs, report, count: countVitest }
}

/**
 * The chart's tests in YAML, one of the charts' own scripts; the numbers come from its report.
 * @returns {Step}
 */
function helmUnittest() {
  const report = 'packages/workspace/dist/reports/helm-unittest.xml'
  const command = `npm --prefix charts/umbrella run unittest -- -t JUnit -o ../../${report}`
  return { name: 'helm-unittest', command, report, count: countJunit }
}

/** Fetched or compiled at the first run, in half a minute; they judge the workflows without a network. */
const tools = 'node packages/kube-tools/bin'

/** @type {Step[]} What a push must pass; a minute and a half at most. */
export const checkSteps = [
  { name: 'install', command: 'node packages/workspace/install.mjs', vital: true },
  { name: 'biome', command: `biome ci --error-on-warnings ${colors}`, mend: 'npm run format' },
  { name: 'rules', command: 'node packages/workspace/rules.mjs' },
  { name: 'types', command: 'turbo run types --continue --output-logs=errors-only' },
  { name: 'knip', command: 'knip --no-progress --no-config-hints' },
  { name: 'gofmt', command: 'gofmt -l packages/lab/go', silent: true, mend: 'gofmt -w packages/lab/go' },
  // Without what else it would run if it is there: the verdict is the same on every machine.
  { name: 'actionlint', command: `${tools}/actionlint.mjs -shellcheck= -pyflakes=` },
  {
    name: 'zizmor',
    command: `${tools}/zizmor.mjs --offline --quiet --strict-collection --persona pedantic .github`,
  },
  vitest('unit', 'default'),
]

/**
 * Looks through Go packages and runs their tests.
 * @param {string} name
 * @param {string} module its folder
 * @param {string} packages
 * @returns {Step[]}
 */
function goSteps(name, module, packages) {
  const go = 'env CGO_ENABLED=0 GOFLAGS=-trimpath go' // as `up` compiles, so that both share what is compiled
  // -count=1: Go's own cache does not see the NFS server, the network and the kernel that these tests use.
  const test = `${go} test -C ${module} -count=1 -json ${packages}`
  return [
    { name: `vet-${name}`, command: `${go} vet -C ${module} ${packages}` },
    { name, command: test, needs: ['packages'], show: goOutput, count: countGo },
  ]
}

const bundles = 'turbo run build --filter=./apps/* --filter=./packages/* --output-logs=errors-only'

/** @type {Step[]} Everything. `up` builds the images and brings up the lab, or finds it up within seconds. */
export const testSteps = [
  { name: 'packages', command: 'node packages/workspace/debian-packages.mjs' },
  ...checkSteps,
  ...goSteps('simnfs', 'packages/lab/go/simnfs', './...'),
  ...goSteps('policies', 'packages/lab/go/netbits', './policies/...'),
  vitest('chart', 'verbose'),
  helmUnittest(),
  { name: 'bundles', command: bundles },
  { name: 'up', command: 'node apps/bluecore/run.mjs up' },
  vitest('servers', 'verbose', ['packages', 'bundles', 'up']), // Elasticsearch runs from its image
  vitest('images', 'verbose', ['packages', 'up']),
  vitest('lab', 'verbose', ['packages', 'up']),
  vitest('lab-exclusive', 'verbose', ['packages', 'up']),
]

/**
 * The steps named, and before each what it needs.
 * @param {string[]} names
 * @throws {Error} naming all names that are no step
 */
export function selectSteps(names) {
  const unknown = names.filter(name => !testSteps.some(step => step.name === name))
  if (unknown.length > 0) {
    throw new Error(
      `no such step: ${unknown.join(', ')}. There are: ${testSteps.map(step => step.name).join(', ')}`,
    )
  }
  return testSteps.filter(
    step =>
      step.vital ||
      names.includes(step.name) ||
      testSteps.some(other => names.includes(other.name) && other.needs?.includes(step.name)),
  )
}

/**
 * What a person reads of a line of `go test -json`.
 * @param {string} line
 */
function goOutput(line) {
  if (!line.startsWith('{')) return line
  const { Action, Output } = JSON.parse(line)
  if (Action !== 'output' || /^=== /.test(Output)) return undefined
  return Output.trimEnd()
}
