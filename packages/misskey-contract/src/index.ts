export { administrator } from './account.js'
export { call, get, postNote, searchNotes, showNote } from './client.js'
export { type ContractInput, uniqueWord } from './instances.js'
export { follow, isNoteOf, openStream } from './stream.js'
