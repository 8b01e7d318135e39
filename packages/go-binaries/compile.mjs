import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachePath, digestOf, once } from '@bluecore/cache'
import { go, goVersion } from './go.mjs'

/**
 * @typedef {import('./index.d.mts').Program} Program
 * @typedef {import('./index.d.mts').CompileOptions} CompileOptions
 */

/** @param {Program} program */
export async function binaryPath(program) {
  const digest = digestOf([program.module], ...flags(program), program.package, (await goVersion()) ?? '')
  return cachePath('go', `${program.name}-${digest}`, program.name)
}

/** @param {Program} program */
export async function isCompiled(program) {
  return existsSync(await binaryPath(program))
}

/**
 * @param {Program} program
 * @param {CompileOptions} [options]
 */
export async function compile(program, { onLine, signal, lowPriority } = {}) {
  const path = await binaryPath(program)
  const make = async (/** @type {string} */ folder) => {
    // Here, because an interrupted Go leaves its temporary files behind.
    const temporary = join(folder, 'tmp')
    mkdirSync(temporary, { recursive: true })
    await go(['build', '-v', ...flags(program), '-o', join(folder, program.name), program.package], {
      what: `compiling ${program.name}`,
      cwd: program.module,
      env: { GOTMPDIR: temporary },
      ...{ onLine, signal, lowPriority },
    })
    rmSync(temporary, { recursive: true })
  }
  await once(dirname(path), make, { signal })
  return path
}

/** @param {Program} program */
function flags({ ldflags = '', tags = '' }) {
  return ['-ldflags', `-s -w ${ldflags}`.trim(), '-tags', tags]
}
