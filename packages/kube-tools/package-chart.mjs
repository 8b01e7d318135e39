import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'

/** See index.d.mts. @param {string} helm path of the executable */
export async function packageWith(helm, chart, target) {
  const work = await mkdtemp(join(tmpdir(), 'helm-package-'))
  try {
    await execa(helm, ['package', resolve(chart), '--destination', work])
    const [archive = ''] = await readdir(work)
    await execa('tar', ['-xzf', archive], { cwd: work })
    const [name = ''] = (await readdir(work)).filter(entry => entry !== archive)
    const folder = resolve(target)
    await mkdir(folder, { recursive: true })
    for (const old of await readdir(folder)) {
      if (old.endsWith('.tgz')) await rm(join(folder, old)) // an archive of an earlier version
    }
    // helm stores the modification times of the checkout, and subcharts in an order that varies between runs.
    const same = [
      ...['--sort=name', '--mtime=@315532800', '--owner=0', '--group=0', '--numeric-owner'],
      ...['--mode=u=rwX,go=rX', '--format=ustar', '--use-compress-program=gzip -n9'],
    ]
    const file = join(folder, archive)
    await execa('tar', [...same, '-cf', file, name], { cwd: work })
    return file
  } catch (error) {
    throw new Error(`${chart} cannot be packaged: ${error.stderr || error.message}`, { cause: error })
  } finally {
    await rm(work, { recursive: true })
  }
}
