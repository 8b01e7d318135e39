// Turborepo believes what a package says about itself: a forgotten output or variable makes its cache lie.

/** Turborepo passes these to every task; they say where the machine keeps things, not what is built. */
const ofTheMachine = ['PATH', 'HOME', 'SHELL', 'TMPDIR']

/**
 * Every build names its outputs and the environment it reads; builds with effects outside their folder are never cached.
 * @param {import('./workspace.mjs').Workspace} workspace
 * @returns {import('./workspace.mjs').Problem[]}
 */
export function turbo(workspace) {
  return workspace.packages.flatMap(({ folder, manifest }) => {
    const script = manifest.scripts?.build
    if (!script) return []
    const where = `${folder}/turbo.json`
    const todo = 'Write {"extends": ["//"], "tasks": {"build": {"outputs": ["dist/**"], "env": []}}}.'
    if (!workspace.has(where))
      return [{ where, wrong: 'missing, though the package has a build script', todo }]

    const problems = []
    const build = workspace.json(where).tasks?.build ?? {}
    if (!build.outputs?.length) problems.push({ where, wrong: 'tasks.build names no outputs', todo })
    if (!Array.isArray(build.env))
      problems.push({ where, wrong: 'tasks.build names no env, not even []', todo })
    if (script.startsWith('images ')) {
      if (build.cache === false) return problems
      const wrong = 'tasks.build is cached, but an image lives in the engine, not in dist'
      return [...problems, { where, wrong, todo: 'Set "cache": false.' }]
    }
    if (build.cache === false) return problems
    const declared = [...ofTheMachine, ...(build.env ?? []), ...(build.passThroughEnv ?? [])]
    for (const [name, file] of variablesRead(workspace, folder)) {
      if (declared.includes(name)) continue
      problems.push({
        where,
        wrong: `tasks.build.env lacks ${name}, which ${file} reads`,
        todo: `Add "${name}" to env.`,
      })
    }
    return problems
  })
}

/**
 * Environment variables that a package's sources read by name; tests are no part of a build.
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {string} folder
 * @returns {Map<string, string>} name → a file that reads it
 */
function variablesRead(workspace, folder) {
  const names = new Map()
  for (const file of workspace.files) {
    if (!file.startsWith(`${folder}/`) || !/\.[cm]?[jt]s$/.test(file) || /\/tests?\/|\.test\./.test(file))
      continue
    for (const [, dotted, quoted] of workspace
      .read(file)
      .matchAll(/process\.env(?:\.(\w+)|\[['"](\w+)['"]\])/g)) {
      names.set(dotted ?? quoted, file)
    }
  }
  return names
}
