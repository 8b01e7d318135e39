export function cachePath(...parts: string[]): string
export function toolPath(name: 'helm' | 'helm3' | 'kubectl'): Promise<string>
