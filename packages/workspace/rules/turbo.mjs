// Turborepo believes what a package says about itself: a forgotten output or variable makes its cache lie.

/**
 * @typedef {import('./workspace.mjs').Workspace} Workspace
 * @typedef {import('./workspace.mjs').Package} Package
 * @typedef {import('./workspace.mjs').Problem} Problem
 */

const example = 'Write {"extends": ["//"], "tasks": {"build": {"outputs": ["dist/**"], "env": []}}}.'

/** Turborepo passes these to every task; they say where the machine keeps things, not what is built. */
const ofTheMachine = ['PATH', 'HOME', 'SHELL', 'TMPDIR']

/**
 * Every build names its outputs and the environment that it reads; an image is never cached.
 * @param {Workspace} workspace
 * @returns {Problem[]}
 */
export function turbo(workspace) {
  return workspace.packages
    .filter(({ manifest }) => manifest.scripts?.build)
    .flatMap(pkg => {
      const where = `${pkg.folder}/turbo.json`
      return buildProblems(workspace, pkg, where).map(([wrong, todo]) => ({ where, wrong, todo }))
    })
}

/**
 * @param {Workspace} workspace
 * @param {Package} pkg
 * @param {string} where
 * @returns {[wrong: string, todo: string][]}
 */
function buildProblems(workspace, { folder, manifest }, where) {
  if (!workspace.has(where)) {
    // folders.mjs asks it of an image in any case
    return folder.startsWith('docker/') ? [] : [['missing, though the package has a build script', example]]
  }
  const { outputs, env, passThroughEnv = [], cache } = workspace.json(where).tasks?.build ?? {}
  /** @type {[string, string][]} */
  const problems = []
  if (!outputs?.length) problems.push(['tasks.build names no outputs', example])
  if (!Array.isArray(env)) problems.push(['tasks.build names no env, not even []', example])
  if (cache === false) return problems
  if (manifest.scripts?.build?.startsWith('images ')) {
    problems.push([
      'tasks.build is cached, but an image lives in the engine, not in dist',
      'Set "cache": false.',
    ])
  }
  const declared = new Set([...ofTheMachine, ...(env ?? []), ...passThroughEnv])
  for (const [name, file] of variablesRead(workspace, folder)) {
    if (declared.has(name)) continue
    problems.push([`tasks.build.env lacks ${name}, which ${file} reads`, `Add "${name}" to env.`])
  }
  return problems
}

/**
 * Environment variables that a package's sources read by name; tests are no part of a build.
 * @param {Workspace} workspace
 * @param {string} folder
 * @returns {Map<string, string>} name → a file that reads it
 */
function variablesRead({ files, read }, folder) {
  const names = new Map()
  for (const file of files) {
    if (!file.startsWith(`${folder}/`) || !/\.[cm]?[jt]s$/.test(file)) continue
    if (/\/tests?\/|\/testing[./]|\.test\./.test(file)) continue
    const source = read(file)
    for (const [, name] of source.matchAll(/process\.env(?:\.|\[['"])(\w+)/g)) names.set(name, file)
    for (const [, list = ''] of source.matchAll(/\{([^{}]*)\}\s*=\s*process\.env\b(?!\.|\[)/g)) {
      for (const [, name] of list.matchAll(/(?:^|,)\s*(\w+)/g)) names.set(name, file)
    }
  }
  return names
}
