export { helmController, k3sCrds } from './go-modules.js'
export { hostsPath, type Manifest, manifestOf } from './manifests.js'
