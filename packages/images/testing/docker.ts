import { onTestFinished } from 'vitest'
import * as engine from '../src/engine.js'

/** Runs the engine's client. @returns its standard output @throws when it fails */
export async function docker(...args: string[]): Promise<string> {
  return await engine.docker(await engine.findEngine(), args)
}

/** Removes these images when the test ends. */
export function removeImagesAfterTest(...names: string[]): void {
  onTestFinished(async () => void (await docker('image', 'rm', '--force', ...names)))
}
