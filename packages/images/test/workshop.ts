import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { findEngine } from '../src/engine.js'

/** A folder with these files, or a copy of a fixture; it and its images are gone when the test ends. */
export async function folder(content: Record<string, string> | string, ...images: string[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'images-test-'))
  onTestFinished(async () => {
    await rm(dir, { recursive: true })
    if (images.length > 0) await client('image', 'rm', '--force', ...images)
  })
  if (typeof content === 'string') await cp(content, dir, { recursive: true })
  else
    for (const [path, text] of Object.entries(content)) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text)
    }
  return dir
}

/** Runs the engine's client; its stdout. */
export async function client(...args: string[]): Promise<string> {
  const { docker, env } = await findEngine()
  return (await execa(docker, args, { env })).stdout
}
