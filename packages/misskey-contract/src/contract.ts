import { testAccounts } from './accounts.js'
import { testDrive } from './drive.js'
import { type ContractInput, useInstances } from './instances.js'
import { testNotes } from './notes.js'
import { testPages } from './pages.js'
import { testRegistration } from './registration.js'
import { testSearch } from './search.js'
import { testStreaming } from './streaming.js'

/**
 * What Bluecore relies on in Misskey 12.119.2, asked of instances that share their servers. Each step asks another
 * one. The same tests hold for Misskey and for the sample.
 */
export function testContract(input: () => ContractInput): void {
  const instances = useInstances(input)
  testPages(instances)
  testAccounts(instances)
  testRegistration(instances)
  testNotes(instances)
  testSearch(instances)
  testStreaming(instances)
  testDrive(instances)
}
