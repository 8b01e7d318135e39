export { downSteps } from './down.js'
export { run } from './exec.js'
export {
  cutOff,
  killNode,
  nodeTimings,
  pauseApi,
  pauseNode,
  reconnect,
  resumeNode,
  type Side,
  sides,
  startApi,
  startNode,
  stopApi,
} from './faults.js'
export { activeFaults, type Fault, heal, machines } from './heal.js'
export { kube } from './kube.js'
export { LabError } from './lab-error.js'
export { containerName, namespace, nas, nodes, ranges, server, statePath, workspaceRoot } from './layout.js'
export { ensureEngine } from './machine.js'
export { errnos, mountsOf, onMounts } from './nfs-faults.js'
export { kubeconfigPath, writePrivate } from './node-files.js'
export { onNode } from './nodes.js'
export { type Problem, preflight } from './preflight.js'
export { pushTarget } from './registry.js'
export { podReady, type Status, status } from './status.js'
export { type Progress, runSteps, type Steps } from './steps.js'
export { StoppedError, stopAll, stopped } from './stop.js'
export { labSteps, readNote, writeNote } from './up.js'
export { waitFor } from './wait.js'
