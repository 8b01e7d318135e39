#!/usr/bin/env node
// rules [ROOT]: does the workspace keep its own rules? Each is a file in rules/. Prints all problems at once.
import { fileURLToPath } from 'node:url'
import { root } from './install.mjs'
import { folders } from './rules/folders.mjs'
import { text } from './rules/text.mjs'
import { turbo } from './rules/turbo.mjs'
import { readWorkspace } from './rules/workspace.mjs'

/**
 * @param {string} folder the root folder of a workspace
 * @returns {string[]} what is wrong, each with its place and what to do
 */
export function checkRules(folder) {
  const workspace = readWorkspace(folder)
  return [turbo, folders, text]
    .flatMap(rule => rule(workspace))
    .map(({ where, wrong, todo }) => `${where}: ${wrong}. ${todo}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkRules(process.argv[2] ?? root)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
