// Starts the client and says so on the page when that fails: a blank page tells nobody anything.
const script = document.currentScript
import(script.dataset.app).catch(error => {
  document.querySelector('#state').textContent = `The page could not start: ${error.message}`
})
if ('serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js')
