import { execFile } from 'node:child_process'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a program or library asks of others when it is loaded, and what it offers them. */
export interface ElfFile {
  path: string
  /** Versions of symbols, e.g. `GLIBC_2.17` of `libc.so.6`. None for what is linked statically. */
  needs: { library: string; version: string }[]
  /** Its name for those that need it; empty for a program. */
  soname: string
  defines: string[]
}

/**
 * Reads every ELF file under `root` with objdump.
 * @returns sorted by path, which begins with `/` for `root`
 * @throws where binutils is missing, or a file is for another processor
 */
export async function readElfFiles(root: string): Promise<ElfFile[]> {
  const paths = (await elfPaths(root)).sort()
  const found: ElfFile[] = []
  for (let i = 0; i < paths.length; i += 200) {
    const args = ['--private-headers', ...paths.slice(i, i + 200)]
    const { stdout } = await promisify(execFile)('objdump', args, { maxBuffer: 1 << 28 }).catch(error => {
      throw new Error(error.code === 'ENOENT' ? 'objdump is missing: apt install binutils' : error.message)
    })
    found.push(...parse(stdout, root))
  }
  return found
}

async function elfPaths(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths: string[] = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && (await isElf(path))) paths.push(path)
  }
  return paths
}

async function isElf(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0)
    // Type 1 is an object for the linker, which is never loaded.
    return bytesRead === 20 && buffer.toString('latin1', 0, 4) === '\x7fELF' && buffer.readUInt16LE(16) !== 1
  } finally {
    await file.close()
  }
}

function parse(text: string, root: string): ElfFile[] {
  return text
    .split(/^(?=\S.*: +file format )/m)
    .slice(1)
    .map(part => {
      const [head = ''] = part.split(/: +file format /, 1)
      const section = (title: string) => new RegExp(`^${title}:\\n((?:.+\\n)*)`, 'm').exec(part)?.[1] ?? ''
      const needs: ElfFile['needs'] = []
      let library = ''
      for (const line of section('Version References').split('\n')) {
        library = /required from (.*):/.exec(line)?.[1] ?? library
        const version = /^ +0x\S+ 0x\S+ \d+ (\S+)/.exec(line)?.[1]
        if (version) needs.push({ library, version })
      }
      const defines = [...section('Version definitions').matchAll(/^\d+ 0x\S+ 0x\S+ (\S+)/gm)]
      return {
        path: head.slice(root.length),
        needs,
        soname: /^ +SONAME +(\S+)/m.exec(part)?.[1] ?? '',
        defines: defines.map(([, name = '']) => name),
      }
    })
}

/** The highest version that begins with `family`, e.g. `GLIBC_2.17`; undefined if there is none. */
export function highest(versions: readonly string[], family: string): string | undefined {
  return versions
    .filter(version => /^\d/.test(version.slice(family.length)) && version.startsWith(family))
    .sort(byVersion)
    .at(-1)
}

/** Compares `GLIBC_2.4` and `GLIBC_2.17` as people do. */
export function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
