// The conversation's three addresses. The token travels in a header; no cookie is sent or needed.

export class Refused extends Error {
  // The desk answered and said no: `message` is its sentence. `again` in seconds, when it is worth trying later.
  constructor(status, sentence, again) {
    super(sentence)
    this.status = status
    this.again = again
  }
}

export function api(base, token) {
  async function ask(path, options = {}) {
    const response = await fetch(base + path, {
      credentials: 'omit',
      cache: 'no-store',
      ...options,
      headers: { Authorization: `Bearer ${token}`, ...options.headers },
    })
    if (response.ok) return response
    const said = await response.json().catch(() => ({}))
    const again = Number(response.headers.get('Retry-After')) || (response.status >= 500 ? 5 : 0)
    throw new Refused(response.status, said.error ?? 'The message could not be delivered.', again)
  }

  return {
    send: (message) => ask('messages', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(message),
    }).then((response) => response.text()),
    conversation: () => ask('conversation').then((response) => response.text()),
    events: (last, signal) => ask('events', { signal, headers: last ? { 'Last-Event-ID': last } : {} }),
  }
}
