import { testContract } from './contract.js'
import { contractSettings } from './settings.js'

const settings = contractSettings()

testContract(() => settings)
