import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/**
 * A folder with these files, readable by every user; removed when the test ends.
 * @param content path → content; a path that ends with `*` is that of an executable file: `run.sh*`
 * @returns its path
 */
export async function temporaryFolder(content: Record<string, string | Buffer> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'images-test-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  await chmod(folder, 0o755)
  for (const [name, data] of Object.entries(content)) {
    const path = join(folder, name.replace('*', ''))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, data)
    await chmod(path, name.endsWith('*') ? 0o755 : 0o644)
  }
  return folder
}
