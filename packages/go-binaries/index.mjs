// What is compiled from Go modules, once per machine. Documented in index.d.mts.
export { binaryPath, compile, isCompiled } from './compile.mjs'
export { GoError, goVersion, moduleSource } from './go.mjs'
export { tools } from './tools.mjs'
