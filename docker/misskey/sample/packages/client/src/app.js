// Shows the newest notes and adds each new one when it is posted, on any instance.
const list = document.querySelector('#notes')
const state = document.querySelector('#state')
const shown = 30

const notes = await call('notes/local-timeline', { limit: shown })
for (const note of notes.reverse()) show(note)
listen()

async function call(endpoint, body) {
  const response = await fetch(`/api/${endpoint}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${endpoint}: HTTP ${response.status}`)
  return await response.json()
}

function listen() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/streaming`)
  socket.addEventListener('open', () => {
    state.textContent = 'live'
    socket.send(JSON.stringify({ type: 'connect', body: { channel: 'localTimeline', id: 'page' } }))
  })
  socket.addEventListener('message', ({ data }) => {
    const { type, body } = JSON.parse(data)
    if (type === 'channel' && body.id === 'page' && body.type === 'note') show(body.body)
  })
  socket.addEventListener('close', () => {
    state.textContent = 'not live: connecting again'
    setTimeout(listen, 3_000)
  })
}

function show(note) {
  const item = document.createElement('li')
  item.append(
    element('b', `@${note.user.username} `),
    element('time', new Date(note.createdAt).toLocaleString()),
  )
  item.append(element('p', note.text ?? ''))
  for (const file of note.files) {
    if (!file.thumbnailUrl) continue
    const image = element('img', '')
    image.src = new URL(file.thumbnailUrl).pathname
    image.alt = file.name
    item.append(image)
  }
  list.prepend(item)
  while (list.children.length > shown) list.lastChild.remove()
}

function element(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}
