// The scenarios, by their numbers in the list of faults.

import type { Scenario } from './scenario.js'
import { clusterScenarios } from './scenarios/cluster.js'
import { moveScenarios } from './scenarios/moves.js'
import { networkScenarios } from './scenarios/network.js'
import { processScenarios } from './scenarios/processes.js'
import { storageScenarios } from './scenarios/storage.js'

export const scenarios: readonly Scenario[] = [
  ...processScenarios,
  ...networkScenarios,
  ...clusterScenarios,
  ...storageScenarios,
  ...moveScenarios,
].toSorted((one, other) => (one.numbers[0] ?? 0) - (other.numbers[0] ?? 0))
