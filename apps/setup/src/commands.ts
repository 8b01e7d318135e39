import { Command } from 'commander'
import { apiFromPod } from './kubernetes.js'
import { note } from './note/note.js'
import { render } from './render.js'
import { searchIndex } from './search-index.js'
import { createSecrets, wantedFrom } from './secrets.js'
import { runProbe } from './storage/probe-command.js'
import { storage } from './storage/storage.js'
import { targets, wait } from './wait.js'

/** The command line; it throws what goes wrong, a CommanderError for wrong usage. */
export function commands(env: NodeJS.ProcessEnv): Command {
  const setup = new Command('setup').description('One-shot jobs inside the cluster.').exitOverride()
  setup
    .command('secrets')
    .description('create Secrets with random passwords unless they exist')
    .argument('<secrets...>', 'NAME=KEY,KEY[@CLAIM]: an error when it is missing while CLAIM exists')
    .action((args: string[]) => {
      const wanted = wantedFrom(args)
      return createSecrets(apiFromPod(env), wanted)
    })
  setup
    .command('search-index')
    .description("create Misskey's index in Elasticsearch unless it exists")
    .action(() => searchIndex(env))
  setup
    .command('wait')
    .description('wait until all of them are usable, and log which are not yet')
    .argument('<names...>', Object.keys(targets).join(', '))
    .action((names: string[]) => wait(names, env))
  setup
    .command('render')
    .description('write a file from a template whose placeholders are filled with secrets')
    .argument('<source>')
    .argument('<target>')
    .option('--secrets <folder>', 'one file per secret', '/secrets')
    .action((source: string, target: string, options: { secrets: string }) =>
      render(source, target, options.secrets),
    )
  setup
    .command('storage')
    .description("check that a server's volume is usable, and report everything that is not")
    .action(() => storage(env))
  setup
    .command('note')
    .description('post a note in Misskey, find it, read it and delete it')
    .action(() => note(env))
  // For `storage`, which must not touch the volume itself.
  setup.command('storage-probe', { hidden: true }).argument('<path>').action(runProbe)
  return setup
}
