import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachePath, withLock } from '@bluecore/cache'
import { execa } from 'execa'
import type { Builder } from './builder.js'
import { sourceDate } from './epoch.js'
import { findBuilder } from './find-builder.js'
import { ImagesError } from './images-error.js'
import { withTemporary } from './temporary.js'

/**
 * Debian's smallest system as the engine's image `bluecore/base:SUITE`, from Debian's own mirror. Built at most once.
 * @param suite Debian's name of a release, e.g. `bookworm`
 * @returns the image's name
 * @throws ImagesError when it is missing and debootstrap or root's rights are missing too
 */
export async function ensureBase(
  suite: string,
  client?: Builder,
  log: (text: string) => void = console.error,
): Promise<string> {
  const builder = client ?? (await findBuilder(log))
  const name = `bluecore/base:${suite}`
  if (await builder.inspect(name)) return name
  return await withLock(cachePath(`base-${suite}.lock`), async () => {
    if (await builder.inspect(name)) return name // another process built it while we waited
    await requireDebootstrap(name, suite)
    log(`building ${name} with debootstrap`)
    await withTemporary(async folder => {
      const root = join(folder, 'root')
      await bootstrap(root, suite)
      // Sorted and of one date: the same packages give the same layer, whose digest is the base's.
      const whole = ['--sort=name', '--numeric-owner', `--mtime=@${sourceDate()}`, '-C', root, '-c', '.']
      await builder.importTar(name, whole)
    })
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
    `the base image ${name} cannot be built: ${problems.join('; ')}\n` +
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
  const options = { env: { ...sbin, SOURCE_DATE_EPOCH: `${sourceDate()}` }, stdout: 'ignore' } as const
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
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old /var/lib/dpkg/*-old
rm -rf /usr/share/man/* /usr/share/info/* /usr/share/locale/* /usr/share/lintian
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/hostname /etc/resolv.conf
sed -i -E "s/^([^:]*:[^:]*):[0-9]*:/\\1:$((SOURCE_DATE_EPOCH / 86400)):/" /etc/shadow
find /usr/share/doc -type f ! -name copyright -delete
find /usr/share/doc -type l -delete
find /usr/share/doc -type d -empty -delete
`
