// Tools that come as Go modules: compiled once.
import { join } from 'node:path'
import { cachePath, once } from '@bluecore/cache'
import { quietly } from './quietly.mjs'

/**
 * What `go install` gets. The version is the pin: Go compares the module and all that it is made of with the checksum
 * database, which never changes what a version is.
 */
const packages = {
  actionlint: { package: 'github.com/rhysd/actionlint/cmd/actionlint', version: 'v1.7.12' },
  kubeconform: { package: 'github.com/yannh/kubeconform/cmd/kubeconform', version: 'v0.8.0' },
  cyclonus: { package: 'github.com/mattfenwick/cyclonus/cmd/cyclonus', version: 'v0.5.6' },
  // Without the thirty kinds of service discovery, the larger part of it.
  promtool: {
    package: 'github.com/prometheus/prometheus/cmd/promtool',
    version: 'v0.316.0',
    tags: 'remove_all_sd',
  },
  syft: { package: 'github.com/anchore/syft/cmd/syft', version: 'v1.57.1' },
  cosign: { package: 'github.com/sigstore/cosign/v2/cmd/cosign', version: 'v2.6.5' },
}

/** @typedef {keyof typeof packages} GoTool */

/** @type {(name: string) => name is GoTool} */
export const isGoTool = name => name in packages

/**
 * Path of the executable, compiled on first use; that takes one to seven minutes on two cores.
 * @param {GoTool} name
 * @throws {Error} without Go, or with its words when it cannot fetch or compile
 */
export async function goTool(name) {
  const { package: path, version, tags } = { tags: '', ...packages[name] }
  const folder = await once(cachePath('kube-tools', `${name}-${version}`), async part => {
    await go(['install', '-ldflags=-s -w', `-tags=${tags}`, `${path}@${version}`], {
      what: `compiling ${name} ${version}, once; takes minutes`,
      env: { CGO_ENABLED: '0', GOBIN: part, GOFLAGS: '-mod=mod -trimpath -buildvcs=false' },
    })
  })
  return join(folder, name)
}

/**
 * Folder of a module's source in Go's own cache; it cannot be written.
 * @param {string} module
 * @param {string} version
 * @param {string} sum its hash as go.sum writes it
 * @returns {Promise<string>}
 */
export async function goSource(module, version, sum) {
  const out = await go(['mod', 'download', '-json', `${module}@${version}`], {
    what: `fetching ${module} ${version}`,
    env: { GOFLAGS: '-mod=mod' },
  })
  const { Dir, Sum } = JSON.parse(out)
  if (Sum === sum) return Dir
  throw new Error(
    `${module}@${version} has the hash ${Sum}, not ${sum}. See what GOPROXY (go env GOPROXY) serves.`,
  )
}

/**
 * What a user has set for his own builds must not change these.
 * @param {string[]} args
 * @param {{ what: string, env: Record<string, string> }} options
 */
function go(args, { what, env }) {
  const ours = { GOOS: undefined, GOARCH: undefined, GOTOOLCHAIN: 'local', GOWORK: 'off', ...env }
  return quietly('go', args, { what, missing: 'Install Go 1.26 or later.', env: ours })
}
