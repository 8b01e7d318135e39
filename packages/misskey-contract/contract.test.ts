import { testContract } from './src/contract.js'
import { contractSettings } from './src/settings.js'

const settings = contractSettings()

testContract(() => settings)
