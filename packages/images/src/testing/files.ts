import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/**
 * A folder with these files, readable by every user; gone when the test ends.
 * @param content name → what is in it; a name that ends with `*` is of an executable file: `run.sh*`
 * @returns path, to be mounted
 */
export async function files(content: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'image-acceptance-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  await chmod(folder, 0o755)
  for (const [name, text] of Object.entries(content)) {
    const path = join(folder, name.replace('*', ''))
    await writeFile(path, text)
    await chmod(path, name.endsWith('*') ? 0o755 : 0o644)
  }
  return folder
}
