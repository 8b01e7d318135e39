export function toolPath(
  name:
    | 'helm'
    | 'helm3'
    | 'kubectl'
    | 'actionlint'
    | 'kubeconform'
    | 'cyclonus'
    | 'promtool'
    | 'zizmor'
    | 'syft'
    | 'cosign',
): Promise<string>
export const kubernetesVersions: readonly string[]
export function kubernetesSchemas(): Promise<string>
