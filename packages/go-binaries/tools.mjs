import { join } from 'node:path'

/** See index.d.mts. In the order in which the checks and tests need them; the two slowest come last. */
export const tools = {
  actionlint: tool('actionlint'),
  kubeconform: tool('kubeconform'),
  // Without the thirty kinds of service discovery, which are the larger part of it.
  promtool: { ...tool('promtool'), tags: 'remove_all_sd' },
  regctl: tool('regctl'),
  'controller-gen': tool('controller-gen'),
  'helm-controller': tool('helm-controller'),
  cyclonus: tool('cyclonus'),
  syft: tool('syft'),
  cosign: tool('cosign'),
}

/** @param {string} name of a folder below tools/ */
function tool(name) {
  return { name, module: join(import.meta.dirname, 'tools', name), package: 'tool' }
}
