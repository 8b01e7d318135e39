import { toolPath } from '@bluecore/kube-tools'
import { kubeconfigPath, run, workspaceRoot } from '@bluecore/lab'

type Options = Parameters<typeof run>[2]

/**
 * Runs a tool of Kubernetes as a user would: in the top folder of the checkout, with the lab's kubeconfig.
 * @returns standard output
 * @throws LabError with the last lines of its output when it fails, or runs longer than 10 min
 */
export async function kubeTool(
  tool: 'helm' | 'helm3' | 'kubectl',
  args: readonly string[],
  options: Options = {},
): Promise<string> {
  const env = { KUBECONFIG: kubeconfigPath(), ...options.env }
  return run(await toolPath(tool), args, { cwd: workspaceRoot(), timeoutMs: 600_000, ...options, env })
}

export const helm = (args: readonly string[], options?: Options) => kubeTool('helm', args, options)

export const kubectl = (args: readonly string[], options?: Options) => kubeTool('kubectl', args, options)
