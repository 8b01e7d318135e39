import { Command } from 'commander'
import { apiFromPod } from './kubernetes.js'
import { note } from './note/note.js'
import { render } from './render.js'
import { searchIndex } from './search-index.js'
import { makeSecrets, wantedFrom } from './secrets.js'
import { probeAloud } from './storage/probe-aloud.js'
import { storage } from './storage/storage.js'
import { targets, wait } from './wait.js'

/** The command line; it throws what goes wrong, a CommanderError for wrong usage. */
export function commands(env: NodeJS.ProcessEnv): Command {
  const setup = new Command('setup').description('One-shot jobs inside the cluster.').exitOverride()
  setup
    .command('secrets')
    .description('make Secrets with random passwords unless they are there')
    .argument('<secrets...>', 'NAME=KEY,KEY[@CLAIM]: refused when it is missing while CLAIM exists')
    .action((args: string[]) => {
      const wanted = wantedFrom(args)
      return makeSecrets(apiFromPod(env), wanted)
    })
  setup
    .command('search-index')
    .description("make Misskey's index in Elasticsearch unless it is there")
    .action(() => searchIndex(env))
  setup
    .command('wait')
    .description('wait until all are usable, and say for what')
    .argument('<names...>', Object.keys(targets).join(', '))
    .action((names: string[]) => wait(names, env))
  setup
    .command('render')
    .description('write a file from a template, its placeholders filled with secrets')
    .argument('<source>')
    .argument('<target>')
    .option('--secrets <folder>', 'one file per secret', '/secrets')
    .action((source: string, target: string, options: { secrets: string }) =>
      render(source, target, options.secrets),
    )
  setup
    .command('storage')
    .description("see whether a server's volume is fit for it, and say all that is not")
    .action(() => storage(env))
  setup
    .command('note')
    .description('post a note in Misskey, find it, read it and delete it')
    .action(() => note(env))
  // For `storage`, which must not touch the volume itself.
  setup.command('storage-probe', { hidden: true }).argument('<path>').action(probeAloud)
  return setup
}
