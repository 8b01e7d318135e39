import { binaryPath as cachePathOf, compile, isCompiled, type Program } from '@bluecore/go-binaries'
import { kubernetesVersion, labSources } from './layout.js'
import { stopped } from './stop.js'

/** The version that `kubectl version` and the nodes report; upstream's build sets the same variables. */
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

/** Module below go/, main package, and flags of each binary. */
const binaries = {
  hyperkube: { module: 'hyperkube', package: '.', ldflags: kubernetesStamp },
  simnfs: { module: 'simnfs', package: '.' },
  pause: { module: 'pause', package: '.' },
} satisfies Record<string, Omit<Program, 'name'>>

export type BinaryName = keyof typeof binaries
export const binaryNames = Object.keys(binaries) as BinaryName[]

const program = (name: BinaryName): Program => ({
  ...binaries[name],
  name,
  module: labSources('go', binaries[name].module),
})

/** Path of a binary in the cache; its name contains a digest of its inputs. */
export const binaryPath = (name: BinaryName): Promise<string> => cachePathOf(program(name))

/** Whether it has to be compiled first. */
export const mustCompile = async (name: BinaryName): Promise<boolean> => !(await isCompiled(program(name)))

/**
 * Compiles a binary unless the cache has it.
 * @param onLine progress: names of packages as they are compiled
 * @returns its path
 * @throws GoError
 */
export const ensureBinary = (name: BinaryName, onLine: (line: string) => void): Promise<string> =>
  compile(program(name), { onLine, signal: stopped, lowPriority: true })
