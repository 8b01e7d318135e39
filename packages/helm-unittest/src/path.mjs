import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** `untt` is its name in the releases of helm-unittest. */
const names = process.platform === 'win32' ? ['helm-unittest.exe', 'untt.exe'] : ['helm-unittest', 'untt']

/**
 * The first helm-unittest on PATH. Scripts are ignored: the real one is compiled, and npm, pnpm and this package put
 * launchers of the same name on PATH, which would start this launcher again.
 * @param {NodeJS.ProcessEnv} env
 * @param {string | undefined} not a path to ignore, because it has started this launcher
 * @returns {Promise<string | undefined>}
 */
export async function onPath({ PATH = '' }, not) {
  for (const folder of PATH.split(delimiter).filter(Boolean)) {
    for (const name of names) {
      const path = join(folder, name)
      if (path !== not && (await isCompiled(path))) return path
    }
  }
  return undefined
}

/** @param {string} path */
async function isCompiled(path) {
  try {
    await access(path, constants.X_OK)
    const file = await open(path)
    try {
      const { buffer } = await file.read({ buffer: Buffer.alloc(2), length: 2, position: 0 })
      return buffer.toString('latin1') !== '#!'
    } finally {
      await file.close()
    }
  } catch {
    return false // missing, a folder, or not executable
  }
}
