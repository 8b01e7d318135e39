import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { access, constants, copyFile, cp, mkdir, realpath, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { execa, type Options } from 'execa'
import { cached } from './cache.js'
import type { ImageFile } from './image-file.js'
import { ImagesError } from './images-error.js'

/** What `stage` of a folder's stage.mjs is given. */
export interface StageInput {
  /** The image's folder. */
  dir: string
  /** What image.json says. */
  file: ImageFile
  /** The build context, already holding what image.json stages. */
  context: string
  env: NodeJS.ProcessEnv
  /** Says what is done, on stderr. */
  log(text: string): void
  /** Runs a program, its output on our stderr; rejects when it fails. */
  run(command: string, args: string[], options?: Options): Promise<unknown>
  /** A folder made at most once for the same inputs. */
  cached(name: string, inputs: (string | Buffer)[], make: (folder: string) => Promise<void>): Promise<string>
}

/** What it may return: build arguments and labels for every image of the folder, and another base. */
export interface StageResult {
  args?: Record<string, string>
  /** `REPOSITORY:TAG`, with `@sha256:…` if it must be that one. */
  base?: string
  labels?: Record<string, string>
}

const layerScript = fileURLToPath(new URL('../layer.sh', import.meta.url))

/**
 * Recreates `dir/dist/context`: first the paths of image.json, then `stage` of stage.mjs if there is one.
 * Modes are normalized (readable by all, writable by the owner), whatever the umask of the checkout.
 * @throws ImagesError naming every staged path that is missing
 */
export async function stageContext(
  dir: string,
  file: ImageFile,
  env: NodeJS.ProcessEnv,
  log: (text: string) => void,
): Promise<{ context: string; result: StageResult }> {
  const context = join(dir, 'dist', 'context')
  await rm(context, { recursive: true, force: true })
  await mkdir(context, { recursive: true })
  await copyAll(dir, context, file.stage)
  await copyFile(layerScript, join(context, 'layer.sh'))
  const result = await hook({
    dir,
    file,
    context,
    env,
    log,
    run: (command, args, options) =>
      execa(command, args, { stdout: process.stderr, stderr: 'inherit', ...options }),
    cached: (name, inputs, make) => cached(name, inputs, make, env),
  })
  await execa('chmod', ['-R', 'u=rwX,go=rX', context])
  dateByContent(context)
  return { context, result }
}

/**
 * The engine takes a file of the same size and date from the last build, unread, and archives give all their versions one date.
 * So a file's date tells its content: what is changed is seen, and what is not is not sent again.
 */
function dateByContent(context: string): void {
  // Synchronous: a quarter of the time, for thousands of small files.
  for (const entry of readdirSync(context, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const hash = createHash('sha256').update(readFileSync(path)).digest()
    const date = hash.readUInt32BE() / 4 // in the past: 1970 to 2004
    utimesSync(path, date, date)
  }
}

async function copyAll(dir: string, context: string, stage: Record<string, string>): Promise<void> {
  const missing: string[] = []
  for (const [target, source] of Object.entries(stage)) {
    const from = await realpath(resolve(dir, source)).catch(() => undefined)
    if (!from) {
      missing.push(source)
      continue
    }
    const to = join(context, target)
    await mkdir(dirname(to), { recursive: true })
    await cp(from, to, {
      recursive: true,
      verbatimSymlinks: true, // links within a tree stay links
      mode: constants.COPYFILE_FICLONE,
    })
  }
  if (missing.length > 0) {
    throw new ImagesError(`to be staged by ${join(dir, 'image.json')}, but missing: ${missing.join(', ')}`)
  }
}

async function hook(input: StageInput): Promise<StageResult> {
  const path = join(input.dir, 'stage.mjs')
  const found = await access(path).then(
    () => true,
    () => false,
  )
  if (!found) return {}
  const module = await import(pathToFileURL(path).href)
  if (typeof module.stage !== 'function') throw new ImagesError(`${path} exports no function stage`)
  try {
    return (await module.stage(input)) ?? {}
  } catch (error) {
    throw new ImagesError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
