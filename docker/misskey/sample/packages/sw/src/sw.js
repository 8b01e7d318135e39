// Shows a page of its own when the server cannot be reached. It caches nothing else.
const offline =
  '<!doctype html><meta charset="utf-8"><title>Offline</title><p>The server cannot be reached. Try again later.</p>'

self.addEventListener('fetch', event => {
  if (event.request.mode !== 'navigate') return
  event.respondWith(
    fetch(event.request).catch(
      () => new Response(offline, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    ),
  )
})
