import { runSidecar } from '../../../src/index.js'

// A sidecar that knows no server and looks at its volume alone.
await runSidecar({
  name: 'storage',
  metricPrefix: 'storage',
  settings: { shape: {}, secrets: [] },
  connect: () => ({ close() {} }),
  checks: () => [],
})
