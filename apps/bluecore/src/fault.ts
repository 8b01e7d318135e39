import {
  activeFaults,
  cutOff,
  errnos,
  type Fault,
  heal,
  killNode,
  machines,
  nodes,
  onMounts,
  pauseNode,
  type Side,
  server,
  sides,
  stopApi,
} from '@bluecore/lab'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'

const nodeNames = nodes.map(({ name }) => name)

/** What the commands do, by the lab; each is a function of its own so that a test can look at what is called. */
export const labFaults = {
  kill: killNode,
  pause: pauseNode,
  cut: cutOff,
  /** On the mounts of a node, or of all that have mounts. */
  async mounts(fault: readonly string[], node?: string): Promise<void> {
    if (node) return onMounts(node, fault)
    const done = await Promise.allSettled(nodeNames.map(name => onMounts(name, fault)))
    const failed = done.filter(({ status }) => status === 'rejected')
    if (failed.length === done.length) throw (failed[0] as PromiseRejectedResult).reason
  },
  stopApi,
  heal,
  active: activeFaults,
}

/** `npm run lab -- fault …` */
export function faultCommand(lab: typeof labFaults = labFaults): Command {
  const fault = new Command('fault').description('inject faults into the running lab, and undo them')
  const machine = () => new Argument('<machine>').choices(machines)
  const node = () => new Argument('<node>').choices(nodeNames)
  const anyNode = () => new Argument('[node]', 'by default all').choices(nodeNames)

  fault
    .command('kill')
    .description('end everything on a machine at once, as a power failure does')
    .addArgument(machine())
    .action(name => lab.kill(name))
  fault
    .command('pause')
    .description('freeze a machine: its programs exist and do nothing')
    .addArgument(machine())
    .action(name => lab.pause(name))
  fault
    .command('cut')
    .description('take the network from a node; nothing on it ends')
    .addArgument(node())
    .addOption(new Option('--from <side>', 'what it no longer reaches').choices(sides).default('all'))
    .action((name, { from }: { from: Side }, command: Command) => {
      if (name === server.name && from === 'api')
        command.error(`error: ${name} runs the API server itself: use npm run lab -- fault stop-api`)
      return lab.cut(name, from)
    })
  fault
    .command('hang-nas')
    .description('the mounts of a node do not answer; without a node, the NAS itself is frozen')
    .addArgument(anyNode())
    .action(name => (name ? lab.mounts(['hang'], name) : lab.pause('nas')))
  fault
    .command('slow-nas')
    .description('every operation on the mounts takes longer')
    .argument('<ms>', 'how much longer, in milliseconds', milliseconds)
    .addArgument(anyNode())
    .action((ms: number, name) => lab.mounts(['delay', String(ms)], name))
  fault
    .command('fail-nas')
    .description('every operation on the mounts fails')
    .addArgument(new Argument('<errno>').choices(errnos))
    .addArgument(anyNode())
    .action((errno, name) => lab.mounts(['error', errno], name))
  fault
    .command('stop-api')
    .description('end the API server, and keep it from being restarted')
    .action(() => lab.stopApi())
  fault
    .command('heal')
    .description('undo every fault; where there is none, nothing happens')
    .addArgument(new Argument('[machine]').choices([...machines, 'all']).default('all'))
    .action(async name => console.log(sayHealed(await lab.heal(name === 'all' ? undefined : name))))
  fault
    .command('status')
    .description('which faults are active')
    .action(async () => console.log(sayActive(await lab.active())))
  return fault.addHelpText(
    'after',
    '\nFaults of mounts end with the mount: a pod that starts later has none. npm run status shows what the faults do.',
  )
}

const lines = (faults: readonly Fault[]) => faults.map(({ machine, what }) => `${machine}: ${what}`)

const sayActive = (faults: readonly Fault[]) =>
  faults.length === 0 ? 'no fault is active' : lines(faults).join('\n')

const sayHealed = (faults: readonly Fault[]) =>
  faults.length === 0
    ? 'no fault was active'
    : lines(faults)
        .map(line => `healed: ${line}`)
        .join('\n')

function milliseconds(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a number of milliseconds from 1.')
  return Number(text)
}
