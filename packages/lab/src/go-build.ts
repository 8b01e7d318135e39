import { existsSync } from 'node:fs'
import { cachePath, once } from '@bluecore/cache'
import { ask, run } from './exec.js'
import { digestOf } from './inputs.js'
import { kubernetesVersion, labSources } from './layout.js'

interface Binary {
  /** Folder of the Go module below go/. */
  module: string
  package: string
  ldflags?: string
}

/** What `kubectl version` and the nodes say; upstream's build sets the same variables. */
const kubernetesStamp = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .flatMap(path => {
    const [major, minor] = kubernetesVersion.split('.')
    return [
      `-X ${path}.gitVersion=v${kubernetesVersion}`,
      `-X ${path}.gitMajor=${major}`,
      `-X ${path}.gitMinor=${minor}`,
      `-X ${path}.gitTreeState=clean`,
      `-X ${path}.buildDate=2026-01-01T00:00:00Z`,
    ]
  })
  .join(' ')

const binaries = {
  hyperkube: { module: 'hyperkube', package: '.', ldflags: kubernetesStamp },
  flanneld: { module: 'netbits', package: './flanneld' },
  policies: { module: 'netbits', package: './policies' },
  coredns: { module: 'netbits', package: './coredns' },
  simnfs: { module: 'simnfs', package: '.' },
  pause: { module: 'pause', package: '.' },
} satisfies Record<string, Binary>

export type BinaryName = keyof typeof binaries
export const binaryNames = Object.keys(binaries) as BinaryName[]

/** Version of the Go that would compile, such as go1.26.8; undefined without one. */
export async function goVersion(): Promise<string | undefined> {
  return (await ask('go', ['version'], { env: { GOTOOLCHAIN: 'local' } }))?.split(' ')[2]
}

/** Cache path of a binary: its name is made of its sources, flags and compiler, so that a stale one is never taken. */
export async function binaryPath(name: BinaryName): Promise<string> {
  const binary: Binary = binaries[name]
  const made = digestOf(
    [labSources('go', binary.module)],
    binary.package,
    binary.ldflags ?? '',
    (await goVersion()) ?? '',
  )
  return cachePath('go', `${name}-${made}`)
}

/** Whether it has to be compiled first. */
export async function mustCompile(name: BinaryName): Promise<boolean> {
  return !existsSync(await binaryPath(name))
}

/**
 * Compiles a binary unless the cache has it.
 * @param onLine progress: names of packages as they are compiled
 * @returns its path; it appears there only when it is whole
 */
export async function ensureBinary(name: BinaryName, onLine: (line: string) => void): Promise<string> {
  const binary: Binary = binaries[name]
  const flags = ['-v', '-trimpath', '-ldflags', `-s -w ${binary.ldflags ?? ''}`]
  return await once(await binaryPath(name), part =>
    run('go', ['build', ...flags, '-o', part, binary.package], {
      cwd: labSources('go', binary.module),
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly', GOTOOLCHAIN: 'local' },
      onLine,
      todo: 'see what the compiler says above; without a way to the Go module proxy set GOPROXY to one that you can reach',
    }),
  )
}
