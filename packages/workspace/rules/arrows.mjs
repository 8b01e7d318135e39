// Which folder may depend on which. Arrows point one way: apps → packages; docker → apps, so that a changed app rebuilds its image.
import { dirname, join } from 'node:path'

/**
 * The first line whose `from` fits a package decides. `may`: any dependency; `mayDevelop`: a dev dependency.
 * A pattern is a folder, or all folders of a parent.
 */
const arrows = [
  { from: 'packages/workspace', may: [], mayDevelop: [] },
  { from: 'packages/sidecar', may: ['packages/settings', 'packages/volume'], mayDevelop: [] },
  { from: 'packages/lease', may: [], mayDevelop: [] },
  { from: 'packages/*', may: ['packages/*'], mayDevelop: [] },
  {
    from: 'apps/bluecore',
    may: [
      'packages/cache',
      'packages/hosts',
      'packages/images',
      'packages/kube-tools',
      'packages/lab',
      'packages/misskey-contract',
    ],
    mayDevelop: [],
  },
  { from: 'apps/*', may: ['packages/*'], mayDevelop: [] },
  { from: 'docker/*', may: ['packages/*'], mayDevelop: ['apps/*'] },
  {
    from: 'charts/*',
    may: ['packages/kube-tools'],
    mayDevelop: ['packages/helm-unittest', 'packages/images', 'packages/sidecar'],
  },
]

/** The commands of the workspace itself (`bundle`): a dev dependency of anything, and imported by nothing. */
const tooling = 'packages/workspace'

/** Runs before anything is installed, so it is reached by its path. */
const beforeInstall = 'packages/workspace/install.mjs'

/**
 * Dependencies among our packages follow the arrows, and no import goes round package.json by a relative path.
 * @param {import('./workspace.mjs').Workspace} workspace
 * @returns {import('./workspace.mjs').Problem[]}
 */
export function arrowsHold(workspace) {
  return workspace.packages.flatMap(pkg => [...wrongDependencies(workspace, pkg), ...escapes(workspace, pkg)])
}

/**
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {import('./workspace.mjs').Package} pkg
 */
function wrongDependencies({ packages }, { folder, manifest }) {
  const arrow = arrows.find(({ from }) => fits(folder, from))
  const { devDependencies, dependencies, peerDependencies, optionalDependencies } = manifest
  const names = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
  const devNames = Object.keys(devDependencies ?? {})
  /**
   * @param {string[]} used
   * @param {string[]} allowed
   * @param {string} kind
   */
  const check = (used, allowed, kind) =>
    packages
      .filter(
        target =>
          used.includes(target.manifest.name ?? '') && !allowed.some(pattern => fits(target.folder, pattern)),
      )
      .map(target => ({
        where: `${folder}/package.json`,
        wrong: `${target.folder} is a ${kind}, but ${folder} may have ${allowed.join(', ') || 'none of ours'} there`,
        todo: 'Move the shared code into a package that both may use, or turn the dependency round.',
      }))
  const may = arrow?.may ?? []
  return [
    ...check(names, may, 'dependency'),
    ...check(devNames, [...may, ...(arrow?.mayDevelop ?? []), tooling], 'dev dependency'),
  ]
}

/**
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {import('./workspace.mjs').Package} pkg
 */
function escapes({ files, read }, { folder }) {
  return files
    .filter(file => file.startsWith(`${folder}/`) && /\.[cm]?[jt]s$/.test(file))
    .flatMap(file => {
      const imported = [...read(file).matchAll(/^(?:import|export|\})[^'\n]*'(\.\.?\/[^']+)'/gm)]
      return imported
        .map(([, specifier = '']) => join(dirname(file), specifier))
        .filter(target => !target.startsWith(`${folder}/`) && target !== beforeInstall)
        .map(target => ({
          where: file,
          wrong: `imports ${target}, outside of ${folder}`,
          todo: 'Import it by the name of its package, and name that package in package.json.',
        }))
    })
}

/**
 * @param {string} folder
 * @param {string} pattern
 */
function fits(folder, pattern) {
  return pattern.endsWith('/*') ? folder.startsWith(pattern.slice(0, -1)) : folder === pattern
}
