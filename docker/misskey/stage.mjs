import { cp, mkdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stageSource } from './source.mjs'

/**
 * Fills the build context: toolchain/ (Node.js, npm, Yarn and libvips, as the lock file pins them), source/ (the
 * tree that is built), mirror/ (a stand-in for the source's one git dependency) and ffmpeg/.
 * MISSKEY_SOURCE, MISSKEY_BASE, MISSKEY_MIRROR, MISSKEY_PACKAGES, MISSKEY_REGISTRY and MISSKEY_FFMPEG choose: README.md.
 * @param {import('@bluecore/images').StageInput} input
 * @returns {Promise<import('@bluecore/images').StageResult>}
 */
export async function stage(input) {
  const nodeVersion = await stageToolchain(input)
  await stageFfmpeg(input)
  await stageMirror(input)
  const labels = await stageSource(input, nodeVersion)
  const base = await chooseBase(input)
  return { args: { PACKAGES: input.env.MISSKEY_PACKAGES ?? '' }, labels, ...(base && { base }) }
}

/** @returns {Promise<string>} version of the Node.js that the image will have */
async function stageToolchain({ dir, context, run }) {
  const packages = dirname(await realpath(join(dir, 'node_modules/misskey-toolchain')))
  const wanted = {
    'bin/node': 'node16/bin/node',
    include: 'node16/include',
    npm: 'npm',
    yarn: 'yarn',
    'vips/lib/libvips-cpp.so.42': '@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.42',
    'vips/include': '@img/sharp-libvips-dev/include',
    // Made by the compilation of glib, so it comes with the binary, not with the headers.
    'vips/include/glib-2.0/glibconfig.h': '@img/sharp-libvips-linux-x64/lib/glib-2.0/include/glibconfig.h',
  }
  for (const [target, source] of Object.entries(wanted))
    await copy(run, join(packages, source), join(context, 'toolchain', target))
  return JSON.parse(await readFile(join(packages, 'node16/package.json'), 'utf8')).version
}

async function stageFfmpeg({ dir, context, env, run, cached }) {
  await mkdir(join(context, 'ffmpeg'))
  if (env.MISSKEY_FFMPEG !== '1') return
  const files = ['package.json', 'package-lock.json'].map(name => join(dir, 'ffmpeg', name))
  const inputs = await Promise.all(files.map(file => readFile(file)))
  const installed = await cached('ffmpeg', inputs, async folder => {
    for (const file of files) await cp(file, join(folder, file.split('/').at(-1)))
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
  })
  for (const name of ['ffmpeg', 'ffprobe'])
    await copy(
      run,
      join(installed, `node_modules/@${name}-installer/linux-x64`, name),
      join(context, 'ffmpeg', name),
    )
}

/** Thousands of small files: Node.js's own `cp` takes ten times as long. */
async function copy(run, from, to) {
  await mkdir(dirname(to), { recursive: true })
  await run('cp', ['-rL', from, to])
}

async function stageMirror({ context, env, log }) {
  const repository = 'browser-image-resizer.git'
  await mkdir(join(context, 'mirror'))
  if (!env.MISSKEY_MIRROR) return
  const mirror = join(env.MISSKEY_MIRROR, repository)
  await cp(mirror, join(context, 'mirror', repository), { recursive: true }).catch(error => {
    throw new Error(
      `MISSKEY_MIRROR: ${mirror} cannot be read (${error.code}). Where the internet is open: ` +
        `git clone --bare https://github.com/misskey-dev/${repository} ${mirror}`,
    )
  })
  log(`the source's git dependency comes from ${mirror}`)
}

/** @returns {Promise<string | undefined>} another base than image.json's, if one is asked for or needed */
async function chooseBase({ env, log, run }) {
  if (env.MISSKEY_BASE) return env.MISSKEY_BASE
  const quiet = { stdout: 'ignore', stderr: 'pipe' }
  const there = await run('docker', ['image', 'inspect', 'centos:7'], quiet).catch(() => undefined)
  if (there) return undefined
  try {
    await run('docker', ['pull', '--quiet', 'centos:7'], quiet)
    return undefined
  } catch {
    log(
      'centos:7 is not in the engine and cannot be pulled: building on debian:bookworm (MISSKEY_BASE chooses)',
    )
    return 'debian:bookworm'
  }
}
