import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { cacheFolder } from './cache.js'
import { type Engine, findEngine, inspectImage } from './engine.js'
import { ImagesError } from './images-error.js'
import { withLock } from './lock.js'

/**
 * Turns the base named in an image.json into a name that the engine has.
 * `debian:NAME` is made by debootstrap; anything else must be in the engine or be pullable.
 */
export async function resolveBase(
  engine: Engine,
  base: string,
  log: (text: string) => void,
): Promise<string> {
  const suite = /^debian:([a-z]+)$/.exec(base)?.[1]
  if (suite) return await ensureBase(suite, engine, log)
  if (await inspectImage(engine, base)) return base
  log(`pulling ${base}`)
  const pull = await execa(engine.docker, ['pull', '--quiet', base], { env: engine.env, reject: false })
  if (pull.exitCode === 0) return base
  throw new ImagesError(
    `the engine has no base image ${base} and cannot pull it: ${pull.stderr}\n` +
      `Bring it in (docker load, docker tag) or choose another base.`,
  )
}

/**
 * Debian's smallest system as the engine's image `bluecore/base:SUITE`, from Debian's own mirror. Made at most once.
 * @param suite Debian's name of a release, e.g. `bookworm`
 * @returns the image's name
 * @throws ImagesError when it is missing and debootstrap or root's rights are missing too
 */
export async function ensureBase(
  suite: string,
  client?: Engine,
  log: (text: string) => void = console.error,
): Promise<string> {
  const engine = client ?? (await findEngine())
  const name = `bluecore/base:${suite}`
  if (await inspectImage(engine, name)) return name
  return await withLock(join(cacheFolder(), `base-${suite}.lock`), async () => {
    if (await inspectImage(engine, name)) return name // another process made it while we waited
    await requireDebootstrap(name, suite)
    log(`making ${name} with debootstrap`)
    const root = await mkdtemp(join(tmpdir(), `bluecore-base-${suite}-`))
    try {
      await bootstrap(root, suite)
      await execa('tar', ['-C', root, '--numeric-owner', '-c', '.']).pipe(
        engine.docker,
        ['import', '--change', 'CMD ["bash"]', '-', name],
        { env: engine.env },
      )
    } finally {
      await rm(root, { recursive: true, force: true })
    }
    return name
  })
}

async function requireDebootstrap(name: string, suite: string): Promise<void> {
  const problems: string[] = []
  const found = await execa('debootstrap', ['--version'], { env: sbin, reject: false })
  if (found.failed) problems.push('debootstrap is not installed: apt install debootstrap')
  if (process.getuid?.() !== 0) problems.push('debootstrap needs root')
  if (problems.length === 0) return
  throw new ImagesError(
    `the base image ${name} cannot be made: ${problems.join('; ')}\n` +
      `Or, where images can be pulled: docker pull debian:${suite}-slim && docker tag debian:${suite}-slim ${name}`,
  )
}

/** debootstrap and chroot lie in folders that an ordinary user's PATH may lack. */
const sbin = {
  PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
}

/** Translations and manuals: a quarter of the system, of no use in a container. Licences stay. */
const slim = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/info/*',
  '/usr/share/locale/*',
  '/usr/share/lintian/*',
]
const dpkgRules = [
  ...slim.map(path => `path-exclude ${path}`),
  'path-include /usr/share/doc/*/copyright',
  '',
].join('\n')

/** No caches in the layers of images, and nothing that was not asked for. */
const aptRules = `APT::Install-Recommends "false";
APT::Keep-Downloaded-Packages "false";
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`

async function bootstrap(root: string, suite: string): Promise<void> {
  const options = { env: sbin, stdout: 'ignore' } as const
  await execa('debootstrap', ['--variant=minbase', suite, root], options)
  await writeFile(join(root, 'etc/dpkg/dpkg.cfg.d/bluecore-slim'), dpkgRules)
  await writeFile(join(root, 'etc/apt/apt.conf.d/bluecore-slim'), aptRules)
  // The mirror that debootstrap chose also has the updates; its neighbour has the security updates.
  const sources = join(root, 'etc/apt/sources.list')
  const mirror = /^deb (?:\[.*?\] )?(\S+)/.exec(await readFile(sources, 'utf8'))?.[1]
  if (!mirror) throw new ImagesError(`debootstrap wrote no mirror to ${sources}`)
  await writeFile(
    sources,
    [`${mirror} ${suite}`, `${mirror} ${suite}-updates`, `${mirror}-security ${suite}-security`]
      .map(line => `deb ${line} main\n`)
      .join(''),
  )
  await execa('chroot', [root, 'sh', '-euc', upgradeAndSlim], options)
}

const upgradeAndSlim = `
apt-get -q update
apt-get -qy upgrade
apt-get clean
rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/debconf/*-old /usr/share/man/* /usr/share/info/* /usr/share/locale/* /usr/share/lintian
find /usr/share/doc -type f ! -name copyright -delete
find /usr/share/doc -type l -delete
find /usr/share/doc -type d -empty -delete
`
