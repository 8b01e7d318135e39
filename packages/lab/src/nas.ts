import { containerLog, ensureContainer } from './docker.js'
import { ask } from './exec.js'
import { labImage } from './lab-images.js'
import { containerName, nas, network, nodes } from './layout.js'
import { ensureVolume } from './volumes.js'
import { waitFor } from './wait.js'

/**
 * The NAS: nfs-ganesha, and the fence of packages/hosts. DAC_READ_SEARCH and the seccomp profile permit open_by_handle_at(2), which an
 * NFS server needs; NET_ADMIN is for the fence.
 */
export async function ensureNas(): Promise<void> {
  const name = containerName('nas')
  const image = await labImage('nas')
  await ensureContainer(name, image, [
    ...['--network', network.name, '--ip', nas.ip, '--hostname', 'nas', '--network-alias', nas.host],
    ...['--cap-add', 'DAC_READ_SEARCH', '--cap-add', 'NET_ADMIN', '--security-opt', 'seccomp=unconfined'],
    ...['--env', `FENCE_NODES=${nodes.map(({ ip }) => ip).join(',')}`],
    ...['--volume', `${await ensureVolume('nas')}:/bluecore`],
    image,
  ])
  await waitFor(async () => (await ask('bash', ['-c', `: > /dev/tcp/${nas.ip}/2049`])) !== undefined, {
    what: 'the NAS accepts connections on port 2049',
    timeoutMs: 30_000,
    log: () => containerLog(name),
  })
}
