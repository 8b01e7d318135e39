import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import stripJsonComments from 'strip-json-comments'
import { parse } from 'yaml'

/**
 * @typedef {object} Problem
 * @property {string} where path from the root
 * @property {string} wrong what is wrong and what was seen
 * @property {string} todo what to do
 *
 * @typedef {object} Manifest a package.json
 * @property {string} [name]
 * @property {boolean} [private]
 * @property {object} [publishConfig] of a package that is meant for others
 * @property {string} [license]
 * @property {Record<string, string>} [scripts]
 *
 * @typedef {object} Package
 * @property {string} folder as in `apps/setup`
 * @property {Manifest} manifest
 *
 * @typedef {object} Workspace
 * @property {string} root
 * @property {Package[]} packages
 * @property {string[]} files every file that is ours, as a path from the root
 * @property {(path: string) => boolean} has
 * @property {(path: string) => string} read
 * @property {(path: string) => any} json comments are allowed
 */

const notOurs = new Set(['node_modules', 'dist', '.git', '.turbo', 'coverage'])

/**
 * Reads a workspace as pnpm-workspace.yaml lays it out.
 * @param {string} root
 * @returns {Workspace}
 */
export function readWorkspace(root) {
  /** @param {string} path */
  const has = path => existsSync(join(root, path))
  /** @param {string} path */
  const read = path => readFileSync(join(root, path), 'utf8')
  /** @param {string} path */
  const json = path => JSON.parse(stripJsonComments(read(path)))
  /** @type {string[]} each a folder name with `/*` behind it */
  const globs = parse(read('pnpm-workspace.yaml')).packages
  const folders = globs.flatMap(glob => subfolders(root, glob.replace(/\/\*$/, '')))
  const packages = folders
    .filter(folder => has(`${folder}/package.json`))
    .map(folder => ({ folder, manifest: json(`${folder}/package.json`) }))
  return { root, packages, files: listFiles(root), has, read, json }
}

/**
 * @param {string} root
 * @param {string} parent
 */
function subfolders(root, parent) {
  if (!existsSync(join(root, parent))) return []
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => `${parent}/${entry.name}`)
}

/**
 * @param {string} root
 * @param {string} [folder]
 * @returns {string[]}
 */
function listFiles(root, folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : listFiles(root, path)
    return entry.isFile() ? [path] : []
  })
}
