// A stream of server-sent events that rests while its page is hidden: a browser opens only six connections to one
// server. Coming back, it goes on after the last event it saw.

const STALE_MS = 50 * 60 * 1000

export class Stream {
  constructor(url, since, handlers, stale = () => {}) {
    Object.assign(this, { url, last: since, handlers, stale, source: null, restingSince: 0 })
    this.turn = () => (document.hidden ? this.rest() : this.listen())
    document.addEventListener('visibilitychange', this.turn)
    this.turn()
  }

  listen() {
    if (this.source) return
    if (this.restingSince && Date.now() - this.restingSince > STALE_MS) this.stale()
    this.source = new EventSource(`${this.url}?since=${encodeURIComponent(this.last)}`)
    for (const [name, handle] of Object.entries(this.handlers)) {
      this.source.addEventListener(name, (event) => {
        this.last = event.lastEventId || this.last
        handle(JSON.parse(event.data || '{}'))
      })
    }
  }

  rest() {
    this.source?.close()
    this.source = null
    this.restingSince = Date.now()
  }

  close() {
    document.removeEventListener('visibilitychange', this.turn)
    this.rest()
  }
}
