export { buildJobImage } from './job-image.js'
export { hostsPath, type Manifest, manifestOf } from './manifests.js'
export { type RunningController, runHelmController } from './run-helm-controller.js'
