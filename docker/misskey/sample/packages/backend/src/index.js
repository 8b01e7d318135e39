import pino from 'pino'
import { start } from './app.js'

const log = pino()
let stop = async () => {}

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, shutDown)

try {
  stop = await start(log)
} catch (error) {
  log.fatal(error.message)
  process.exit(1)
}

async function shutDown(signal) {
  log.info(`${signal}: stopping`)
  setTimeout(() => {
    log.error('not stopped within 10 s: leaving')
    process.exit(1)
  }, 10_000).unref()
  await stop()
  process.exit(0)
}
