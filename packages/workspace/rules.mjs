#!/usr/bin/env node
// rules [ROOT]: does the workspace keep its own rules? Each is a file in rules/. Prints all problems at once.
import { root } from './install.mjs'
import { arrowsHold } from './rules/arrows.mjs'
import { folders } from './rules/folders.mjs'
import { text } from './rules/text.mjs'
import { turbo } from './rules/turbo.mjs'
import { readWorkspace } from './rules/workspace.mjs'

const workspace = readWorkspace(process.argv[2] ?? root)
const problems = [turbo, arrowsHold, folders, text].flatMap(rule => rule(workspace))
for (const { where, wrong, todo } of problems) console.error(`${where}: ${wrong}. ${todo}`)
process.exitCode = problems.length > 0 ? 1 : 0
