import type { tools } from '@bluecore/go-binaries'

/**
 * Path of an executable, which is unpacked, compiled or downloaded on first use. Compiling takes up to seven minutes on
 * two cores.
 * @throws {Error} without what that takes (Go, Python with pip), or when it fails; the message says what to do
 */
export function toolPath(name: 'helm' | 'helm3' | 'kubectl' | 'zizmor' | keyof typeof tools): Promise<string>

/**
 * A reproducible `helm package`: the same chart gives the same bytes, so that a registry can distinguish a changed chart from
 * one that was packaged again. Archives that the folder held before are removed.
 * @returns path of the archive in the folder
 * @throws {Error} with helm's words
 */
export function packageChart(chart: string, folder: string): Promise<string>

/** Versions of Kubernetes that `kubernetesSchemas` covers. */
export const kubernetesVersions: readonly string[]

/**
 * Folder of JSON schemas for kubeconform, downloaded and converted on first use: `v1.34.0-standalone-strict/NAME.json`
 * for each version, and `custom/podmonitor-v1.json` and so on.
 */
export function kubernetesSchemas(): Promise<string>
