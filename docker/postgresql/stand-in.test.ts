// What only the image of this folder promises, not the official one: its labels, its layers, and the README's differences.
import { testLabels, testLayers } from '@bluecore/images/testing'

await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)
