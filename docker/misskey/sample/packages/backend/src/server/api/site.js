import { apiError } from '../../errors.js'
import { version } from '../../paths.js'
import { disableRegistration, readSite } from '../../site.js'
import { hasUsers } from '../../users.js'

export const site = [
  {
    name: 'meta',
    params: { properties: { detail: { type: 'boolean', default: true } } },
    // Asks the database and Redis, so that a look at it sees both.
    async run({ config, db, events }, { detail }) {
      const [site, users, instances] = await Promise.all([
        readSite(db),
        hasUsers(db),
        events.countListeners(),
      ])
      return {
        maintainerName: null,
        maintainerEmail: null,
        version,
        name: site.name,
        uri: config.url,
        description: site.description,
        langs: [],
        disableRegistration: site.disableRegistration,
        emailRequiredForSignup: false,
        enableHcaptcha: false,
        enableRecaptcha: false,
        maxNoteTextLength: 3_000,
        bluecoreSample: true,
        instances,
        ...(detail && { requireSetup: !users }),
      }
    },
  },
  {
    name: 'admin/update-meta',
    credential: true,
    params: { properties: { disableRegistration: { type: ['boolean', 'null'] } } },
    async run({ db }, params, { user }) {
      if (!user.isAdmin) throw apiError('ACCESS_DENIED', { info: { reason: 'You are not the admin.' } })
      if (params.disableRegistration != null) await disableRegistration(db, params.disableRegistration)
    },
  },
  {
    name: 'ping',
    async run() {
      return { pong: Date.now() }
    },
  },
]
