import { addFile, packFile } from '../../drive.js'

export const driveFiles = [
  {
    name: 'drive/files/create',
    credential: true,
    limit: { max: 120, duration: 3_600_000 },
    takesFile: true,
    // A form holds text only.
    params: { properties: { name: { type: 'string' }, force: { type: 'string' } } },
    async run(app, { name, force }, { user, file }) {
      const upload = { ...file, name: (name || file.name || 'untitled').slice(0, 256) }
      return packFile(await addFile(app, user, upload, force === 'true'), app.config.url)
    },
  },
]
