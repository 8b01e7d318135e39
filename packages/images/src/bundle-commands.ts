import { packageChart } from '@bluecore/kube-tools'
import { type Command, Option } from 'commander'
import { findImages } from './bundle/find.js'
import { loadBundle } from './bundle/load.js'
import { writeBundle } from './bundle/write.js'
import { packChart } from './chart.js'
import { type ChartChoice, chartImages } from './chart-images.js'
import { ImagesError } from './images-error.js'
import { findSbom } from './sbom.js'
import { withTemporary } from './temporary.js'

const chartOptions = [
  new Option('--chart <path>', 'folder or archive of the chart').default('charts/umbrella'),
  new Option('--values <file...>', 'files of values, as for helm'),
  new Option('--set <key=value...>', 'values, as for helm'),
  new Option(
    '--from <registry>',
    'take all images from HOST[:PORT][/PREFIX], whatever host their names have',
  ),
]

const log = (text: string) => console.error(text)

/** Commands that carry images to an air-gapped network. */
export function addBundle(program: Command): void {
  const list = program.command('list').description('every image that the chart uses with these values')
  for (const option of chartOptions) list.addOption(option)
  list
    .option('--digests', 'ask the registries for digests')
    .option('--json', '[{name, digest?}]')
    .action(async (options: ChartChoice & { from?: string; digests?: boolean; json?: boolean }) => {
      const images = await chartImages(options)
      const { from, digests } = options
      const found = from || digests ? await findImages(images, from ? { from } : {}) : []
      const rows = images.map(({ name, digest }, i) => ({
        name,
        digest: found[i]?.manifest.descriptor.digest ?? digest,
      }))
      console.log(options.json ? JSON.stringify(rows, null, 2) : rows.map(text).join('\n'))
    })

  const bundle = program
    .command('bundle')
    .argument('<archive>', 'file to write, e.g. bluecore.tar')
    .description(
      'one archive of the images, the chart and the SBOMs. A node takes it from /var/lib/rancher/k3s/agent/images or ' +
        'with k3s ctr images import, a registry with images load',
    )
  for (const option of chartOptions) bundle.addOption(option)
  bundle.action(async (archive: string, options: ChartChoice & { from?: string }) => {
    const { from } = options
    await withArchive(options.chart, async chart => {
      const images = await chartImages({ ...options, chart })
      const rows = await writeBundle(archive, images, await packChart(chart), { ...(from && { from }), log })
      console.log(rows.map(text).join('\n'))
    })
  })

  program
    .command('load')
    .argument('<archive>', 'what images bundle wrote')
    .argument('<registry>', '[http://]HOST[:PORT][/PREFIX]')
    .option('--move', 'move tags that point to a different image instead of refusing')
    .description(
      'push an archive into a registry; the chart is installed from there with global.imageRegistry',
    )
    .action(async (archive: string, registry: string, { move }: { move?: boolean }) => {
      for (const { name, digest, kept } of await loadBundle(archive, { registry, move, log }))
        console.log(`${name}@${digest} ${kept ? 'there already' : 'pushed'}`)
    })

  program
    .command('sbom')
    .argument('<image>', '[http://]HOST[:PORT]/REPOSITORY:TAG, or @sha256:…')
    .description('the SBOM that a registry has with an image: SPDX in JSON')
    .action(async (image: string) => void process.stdout.write(await findSbom(image)))
}

/** Packages a chart's folder, so that the images are those of the very chart that is carried along. */
async function withArchive(chart: string, work: (archive: string) => Promise<void>): Promise<void> {
  if (chart.endsWith('.tgz')) return await work(chart)
  await withTemporary(async folder => {
    const archive = await packageChart(chart, folder).catch(error => {
      throw new ImagesError(error.message)
    })
    await work(archive)
  })
}

const text = ({ name, digest }: { name: string; digest?: string | undefined }) =>
  digest && !name.includes('@') ? `${name}@${digest}` : name
