import { version } from '../../paths.js'
import { readSite } from '../../site.js'

export const site = [
  {
    name: 'meta',
    // Asks the database and Redis, so that a look at it sees both.
    async run({ config, db, events }) {
      const [{ name, description }, instances] = await Promise.all([readSite(db), events.countListeners()])
      return {
        maintainerName: null,
        maintainerEmail: null,
        version,
        name,
        uri: config.url,
        description,
        langs: [],
        disableRegistration: true,
        maxNoteTextLength: 3_000,
        bluecoreSample: true,
        instances,
      }
    },
  },
  {
    name: 'ping',
    async run() {
      return { pong: Date.now() }
    },
  },
]
