// Starts the client, and shows on the page when that fails.
const script = document.currentScript
import(script.dataset.app).catch(error => {
  document.querySelector('#state').textContent = `The page could not start: ${error.message}`
})
if ('serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js')
