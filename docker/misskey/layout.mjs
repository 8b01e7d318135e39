import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that the Dockerfile and the chart rely on. */
const needed = [
  ...['.node-version', 'package.json', 'yarn.lock'],
  ...['package.json', 'yarn.lock', 'ormconfig.js', 'migration'].map(name => `packages/backend/${name}`),
]

/**
 * Checks that the tree in `folder` is laid out as Misskey 12.
 * @param {string} folder
 * @param {string} nodeVersion of the Node.js that it will run on, e.g. `16.20.2`
 * @returns {Promise<{name: string, version: string, license?: string}>} its package.json
 * @throws Error naming every problem
 */
export async function checkLayout(folder, nodeVersion) {
  const has = path =>
    access(join(folder, path)).then(
      () => true,
      () => false,
    )
  const problems = []
  for (const path of needed) if (!(await has(path))) problems.push(`it has no ${path}`)
  for (const name of ['client', 'sw'])
    if ((await has(`packages/${name}`)) && !(await has(`packages/${name}/yarn.lock`)))
      problems.push(`it has packages/${name}, but no packages/${name}/yarn.lock`)
  if (await has('pnpm-lock.yaml')) problems.push('it has pnpm-lock.yaml, as Misskey has from version 13 on')

  const wanted = /\d+(\.\d+)*/.exec(await read(folder, '.node-version'))?.[0]
  if (wanted && isNewer(wanted, nodeVersion))
    problems.push(`its .node-version is ${wanted}, and the image has Node.js ${nodeVersion}`)
  const about = manifest(await read(folder, 'package.json'), problems)

  if (problems.length > 0) throw new Error(`the source is not laid out as Misskey 12: ${problems.join('; ')}`)
  return about
}

/** Text of a file; empty if there is none. */
async function read(folder, path) {
  return await readFile(join(folder, path), 'utf8').catch(() => '')
}

function manifest(text, problems) {
  if (text === '') return undefined // reported already
  try {
    const about = JSON.parse(text)
    for (const name of ['name', 'version'])
      if (typeof about[name] !== 'string') problems.push(`its package.json has no ${name}`)
    if (!about.scripts?.build) problems.push('its package.json has no script "build"')
    return about
  } catch (error) {
    problems.push(`its package.json is not JSON (${error.message})`)
  }
}

/** Whether version `a` comes after version `b`. */
function isNewer(a, b) {
  return a.localeCompare(b, 'en', { numeric: true }) > 0
}
