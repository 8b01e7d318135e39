import { expect, test } from 'vitest'
import { checkRules } from './rules.mjs'
import { workspaceFolder } from './testing/workspace-folder.mjs'

/**
 * @param {string} name without the scope
 * @param {object} [more]
 */
const manifest = (name, more) =>
  JSON.stringify({ name: `@bluecore/${name}`, private: true, license: 'MIT', ...more })
const turbo = /** @param {object} build */ build => JSON.stringify({ extends: ['//'], tasks: { build } })
const built = { scripts: { build: 'bundle src/main.ts' } }
/** Words that no file of ours may hold, this one included. */
const dotted = /** @param {string[]} words */ (...words) => words.join('.')

/** A small workspace that keeps every rule. */
const sound = {
  'pnpm-workspace.yaml': 'packages: [apps/*, packages/*, docker/*, charts/*]',
  'packages/workspace/package.json': manifest('workspace'),
  'packages/sidecar/package.json': manifest('sidecar'),
  'packages/lab/package.json': manifest('lab'),
  'packages/kube-tools/package.json': manifest('kube-tools'),
  'apps/health/package.json': manifest('health', built),
  'apps/health/turbo.json': `// bundled\n${turbo({ outputs: ['dist/**'], env: ['LEVEL'] })}`,
  'apps/health/src/main.ts': "import './settings.js'\nprocess.env.LEVEL + process.env.PATH",
  'apps/health/src/settings.ts': '',
  'apps/health/test/ends.test.ts': 'process.env.ONLY_IN_A_TEST',
  'apps/bluecore/package.json': manifest('cli'),
  'docker/redis/package.json': manifest('image-redis', {
    scripts: { build: 'images build' },
  }),
  'docker/redis/turbo.json': turbo({ cache: false, outputs: ['dist/image.json'], env: [] }),
  'docker/redis/Dockerfile': 'FROM bluecore/base:bookworm',
  'docker/redis/image.json': '{}',
  'docker/redis/image.test.ts': '',
  'charts/umbrella/package.json': manifest('chart'),
  'charts/umbrella/values.schema.json': '\n'.repeat(500),
  'pnpm-lock.yaml': dotted('registry', 'npmjs', 'org'),
  'apps/health/node_modules/x/index.js': dotted('registry', 'npmjs', 'org'),
}

/**
 * Runs the rules on the sound workspace with some files changed, or taken away by undefined.
 * @param {Record<string, string | undefined>} changes
 * @returns {string[]} what they find
 */
const rules = changes => checkRules(workspaceFolder({ ...sound, ...changes }))

test('a sound workspace passes', () => expect(rules({})).toEqual([]))

test('a package that is meant for others may be published', () => {
  const manifest = { name: '@bluecore/tool', license: 'MIT', publishConfig: { access: 'public' } }
  expect(rules({ 'packages/tool/package.json': JSON.stringify(manifest) })).toEqual([])
})

test.each([
  [
    'a build without turbo.json',
    { 'apps/health/turbo.json': undefined },
    ['apps/health/turbo.json: missing'],
  ],
  [
    'a build without outputs and env',
    { 'apps/health/turbo.json': turbo({}) },
    ['names no outputs', 'names no env', 'lacks LEVEL, which apps/health/src/main.ts reads'],
  ],
  [
    'variables that env lacks',
    { 'apps/health/src/main.ts': "process.env['LEVEL']\nprocess.env.A\nconst { B, C: c } = process.env" },
    [
      'apps/health/turbo.json: tasks.build.env lacks A, which apps/health/src/main.ts reads. Add "A" to env.',
      'lacks B',
      'lacks C',
    ],
  ],
  [
    'a cached image',
    { 'docker/redis/turbo.json': turbo({ outputs: ['dist/image.json'], env: [] }) },
    ['docker/redis/turbo.json: tasks.build is cached'],
  ],
  [
    'a folder of docker with a Dockerfile alone',
    { 'docker/empty/Dockerfile': 'FROM scratch' },
    ['image.json: missing', 'package.json: missing', 'turbo.json: missing', 'image.test.ts: missing'],
  ],
  [
    'a package that could be published',
    { 'packages/lab/package.json': JSON.stringify({ name: 'lab', license: 'ISC' }) },
    ['the name is lab', 'published by mistake', 'the license is ISC'],
  ],
  [
    'a tsconfig.json that nothing runs',
    { 'packages/lab/tsconfig.json': '{}' },
    ['packages/lab/package.json: nothing runs its tsconfig.json. Add the script "types"'],
  ],
  [
    "a registry's host",
    { 'docs/mirror.md': `# Mirror\n${dotted('deb', 'debian', 'org')}` },
    ["docs/mirror.md:2: names a registry's host"],
  ],
  [
    'a syntax line',
    { 'docker/redis/Dockerfile': '# syntax=docker/dockerfile:1\nFROM scratch' },
    ['docker/redis/Dockerfile:1: has a syntax line'],
  ],
  [
    'tests that do not run',
    {
      'apps/health/src/a.test.ts': `${dotted('it', 'only')}('', f)\n${dotted('test', 'concurrent', 'skip')}('', f)`,
      'packages/lab/go/a_test.go': `\t${dotted('t', 'Skip')}("later")`,
    },
    ['apps/health/src/a.test.ts:1', 'apps/health/src/a.test.ts:2', 'packages/lab/go/a_test.go:1'],
  ],
  [
    'tests under a condition',
    {
      'apps/health/src/a.test.ts': `if (isOurs) ${'test'}('', f)\nif (isOurs) {\n  ${'describe'}('', f)\n}\nisOurs && ${'it'}('', f)`,
    },
    ['apps/health/src/a.test.ts:1', 'apps/health/src/a.test.ts:2', 'apps/health/src/a.test.ts:5'],
  ],
  [
    'words that are not plain English',
    { 'docs/a.md': `fixed\n${['men', 'ded'].join('')} and waited ${['in', 'vain'].join(' ')}` },
    ['docs/a.md:2: has a word', 'docs/a.md:2: has a word'],
  ],
  [
    'a file of 401 lines',
    { 'apps/health/src/long.ts': 'x\n'.repeat(401), 'apps/health/src/400.ts': 'x\n'.repeat(400) },
    ['apps/health/src/long.ts: 401 lines; at most 400'],
  ],
])('%s fails', (_, changes, expected) => {
  const lines = rules(changes)
  expect(lines).toHaveLength(expected.length)
  for (const part of expected) expect(lines.join('\n')).toContain(part)
})
