import { containerLog, ensureContainer } from './docker.js'
import { ask } from './exec.js'
import { labImage } from './lab-images.js'
import { containerName, nas, network } from './layout.js'
import { ensureVolume } from './volumes.js'
import { waitFor } from './wait.js'

/** The NAS, nfs-ganesha. The capability and the seccomp profile permit open_by_handle_at(2), which an NFS server needs. */
export async function ensureNas(): Promise<void> {
  const name = containerName('nas')
  const image = await labImage('nas')
  await ensureContainer(name, image, [
    ...['--network', network.name, '--ip', nas.ip, '--hostname', 'nas', '--network-alias', nas.host],
    ...['--cap-add', 'DAC_READ_SEARCH', '--security-opt', 'seccomp=unconfined'],
    ...['--volume', `${await ensureVolume('nas')}:/bluecore`],
    image,
  ])
  await waitFor(async () => (await ask('bash', ['-c', `: > /dev/tcp/${nas.ip}/2049`])) !== undefined, {
    what: 'the NAS accepts connections on port 2049',
    timeoutMs: 30_000,
    log: () => containerLog(name),
  })
}
