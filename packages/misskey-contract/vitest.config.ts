import { defineConfig } from 'vitest/config'

/** Each wait has a limit of its own; a busy server may need more than vitest's five seconds for all of a test's. */
export default defineConfig({ test: { testTimeout: 60_000 } })
