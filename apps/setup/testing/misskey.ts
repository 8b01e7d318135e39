import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '@bluecore/sidecar/testing'

/** What docker/misskey has built: Misskey, or where its source cannot be had the sample. */
const image = 'bluecore/misskey:12.119.2'

/** What brings the database up to date. */
export const migrate = ['node', 'node_modules/typeorm/cli.js', 'migration:run', '-d', 'ormconfig.js']

/** A container of Misskey's image as the chart has it: read-only, without rights. Here it shares the machine's network. */
export interface Container {
  /** Resolves when its log holds the text; rejects with the log after a minute. */
  says(text: string): Promise<void>
  signal(name: string): Promise<unknown>
  exitCode(): Promise<number>
  remove(): Promise<unknown>
}

/** Misskey's settings in a folder of their own. */
export interface Config {
  folder: string
  remove(): void
}

/** @param settings what default.yml shall hold; JSON is YAML */
export function writeConfig(settings: object): Config {
  const folder = mkdtempSync(join(tmpdir(), 'setup-misskey-'))
  writeFileSync(join(folder, 'default.yml'), JSON.stringify(settings))
  chmodSync(folder, 0o755)
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

/** @param command the image's own when absent: the server */
export async function startContainer({ folder }: Config, ...command: string[]): Promise<Container> {
  const rights = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
  const writable = ['--tmpfs', '/tmp', '--tmpfs', '/misskey/files:uid=991,gid=991']
  const config = ['--volume', `${folder}:/misskey/.config:ro`]
  const id = await docker(
    'run',
    '--detach',
    ...['--network', 'host', ...rights, ...writable, ...config, image, ...command],
  )
  return {
    async says(text) {
      let log = ''
      const isThere = async () => {
        log = await docker('logs', id)
        return log.includes(text)
      }
      await until(`it said "${text}"`, isThere, 60_000, 500).catch(error => {
        throw new Error(`${error.message}. Its log:\n${log}`)
      })
    },
    signal: name => docker('kill', '--signal', name, id),
    exitCode: async () => Number(await docker('wait', id)),
    remove: () => docker('rm', '--force', id),
  }
}

async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('docker', args)
  return `${stdout}${stderr}`.trim()
}
