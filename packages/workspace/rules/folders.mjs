/**
 * Every image's folder has the same files, and every package.json says the same of itself.
 * @param {import('./workspace.mjs').Workspace} workspace
 * @returns {import('./workspace.mjs').Problem[]}
 */
export function folders({ packages, files, has }) {
  const images = new Set(
    files.filter(file => /^docker\/[^/]+\//.test(file)).map(file => file.split('/').slice(0, 2).join('/')),
  )
  return [
    ...[...images].flatMap(folder => imageFolder(folder, has)),
    ...packages.flatMap(pkg => manifestProblems(pkg, has)),
  ]
}

/**
 * @param {string} folder
 * @param {(path: string) => boolean} has
 */
function imageFolder(folder, has) {
  return ['Dockerfile', 'image.json', 'package.json', 'turbo.json', 'image.test.ts']
    .filter(name => !has(`${folder}/${name}`))
    .map(name => ({
      where: `${folder}/${name}`,
      wrong:
        'missing; an image is its Dockerfile, its data, its place in the workspace and a test that runs it',
      todo: 'Add it; docker/redis is the shortest example.',
    }))
}

/**
 * @param {import('./workspace.mjs').Package} pkg
 * @param {(path: string) => boolean} has
 */
function manifestProblems({ folder, manifest }, has) {
  const { name, license, scripts } = manifest
  const where = `${folder}/package.json`
  const problems = []
  if (!name?.startsWith('@bluecore/')) {
    problems.push({ where, wrong: `the name is ${name}`, todo: 'Begin it with @bluecore/.' })
  }
  if (manifest.private !== true && !manifest.publishConfig) {
    problems.push({
      where,
      wrong: 'could be published by mistake',
      todo: 'Set "private": true, or "publishConfig" if it is meant for others.',
    })
  }
  if (license !== 'MIT') {
    problems.push({ where, wrong: `the license is ${license}`, todo: 'Set "license": "MIT".' })
  }
  if (has(`${folder}/tsconfig.json`) && !scripts?.types) {
    problems.push({
      where,
      wrong: 'nothing runs its tsconfig.json',
      todo: 'Add the script "types": "tsc -p .".',
    })
  }
  return problems
}
