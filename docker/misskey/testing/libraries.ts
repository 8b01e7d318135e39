import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findEngine } from '@bluecore/images'
import { beforeAll, describe, expect, test } from 'vitest'
import { byVersion, type ElfFile, highest, readElfFiles } from './elf.js'

/** No program or library of the image needs a newer C library than the base has. On CentOS 7 that is 2.17. */
export function testLibraries(image: string): void {
  describe('programs and libraries', () => {
    let files: ElfFile[]
    let system: string

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'misskey-image-'))
      try {
        await unpack(image, folder)
        files = await readElfFiles(folder)
        system = await readFile(join(folder, 'etc/os-release'), 'utf8')
      } finally {
        await rm(folder, { recursive: true })
      }
      console.log(report(files))
    }, 300_000)

    test('each finds in the image the symbol versions that it needs', () => {
      const defined = new Map(files.map(({ soname, defines }) => [soname, new Set(defines)]))
      const missing = files.flatMap(({ path, needs }) =>
        needs
          .filter(({ library, version }) => !defined.get(library)?.has(version))
          .map(({ library, version }) => `${path}: ${version} of ${library}`),
      )
      expect(missing).toEqual([])
    })

    test('none needs a newer glibc than its base has; CentOS 7 has 2.17', () => {
      const isCentos7 = /^ID="?centos"?$/m.test(system) && /^VERSION_ID="?7"?$/m.test(system)
      const libc = files.find(({ soname }) => soname === 'libc.so.6')
      const limit = isCentos7 ? 'GLIBC_2.17' : (highest(libc?.defines ?? [], 'GLIBC_') ?? 'no glibc')
      const tooNew = files.filter(file => byVersion(needed(file, 'GLIBC_') ?? '', limit) > 0)
      expect(
        tooNew.map(file => `${file.path}: ${needed(file, 'GLIBC_')}`),
        limit,
      ).toEqual([])
    })
  })
}

async function unpack(image: string, folder: string): Promise<void> {
  const { docker } = await findEngine()
  const script =
    'set -eu; id=$("$1" create "$2" true); trap \'"$1" rm "$id" >/dev/null\' EXIT; "$1" export "$id" | tar -xC "$3" --no-same-owner --exclude dev'
  const child = spawn('sh', ['-c', script, 'sh', docker, image, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the files of ${image} could not be unpacked: see the output above`)
}

function needed({ needs }: ElfFile, family: string): string | undefined {
  return highest(
    needs.map(({ version }) => version),
    family,
  )
}

/** What each file of ours needs, and the most that one of the base needs. */
function report(files: readonly ElfFile[]): string {
  const families = ['GLIBC_', 'GLIBCXX_', 'CXXABI_']
  const most = (some: readonly ElfFile[]) =>
    families
      .map(family =>
        highest(
          some.flatMap(file => needed(file, family) ?? []),
          family,
        ),
      )
      .filter(version => version !== undefined)
      .join(' ') || 'nothing'
  const ours = files.filter(({ path }) => /^\/(misskey|usr\/local)\//.test(path))
  const base = files.filter(file => !ours.includes(file))
  return [
    ...ours.map(file => `${file.path}: ${most([file])}`),
    `${base.length} files of the base: ${most(base)}`,
  ].join('\n')
}
