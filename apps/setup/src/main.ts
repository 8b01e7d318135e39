import { SettingsError } from '@bluecore/settings'
import { CommanderError } from 'commander'
import { commands } from './commands.js'
import { reason } from './errors.js'

// As process 1 of a container we have no default action for signals.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(143))

try {
  await commands(process.env).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2 // commander has printed it already
  } else {
    console.error(reason(error))
    process.exitCode = error instanceof SettingsError ? 2 : 1
  }
}
