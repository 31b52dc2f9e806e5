// Bytes to the server and what comes back, on a connection of its own: for what no HTTP client would send.
import { connect } from 'node:net'
import { PATIENCE_MS } from './patience.mjs'

export function wire(base, bytes, ms = PATIENCE_MS) {
  const { hostname, port } = new URL(base)
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname), parts = []
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      const all = Buffer.concat(parts), text = all.toString('latin1')
      const cut = text.indexOf('\r\n\r\n'), head = (cut < 0 ? text : text.slice(0, cut)).split('\r\n')
      const headers = new Headers()
      for (const line of head.slice(1)) {
        const colon = line.indexOf(':')
        if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
      }
      done({ status: Number(/^HTTP\/1\.[01] (\d+)/.exec(head[0])?.[1] ?? 0), headers, text: cut < 0 ? '' : all.subarray(cut + 4).toString('utf8'), path: '', method: 'raw' })
    }
    const timer = setTimeout(end, ms)
    socket.on('data', d => {
      parts.push(d)
      const text = Buffer.concat(parts).toString('latin1'), cut = text.indexOf('\r\n\r\n')
      const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, cut))
      if (cut > 0 && length && text.length >= cut + 4 + Number(length[1])) end()
    })
    socket.on('error', e => (parts.length ? end() : e.code === 'ECONNRESET' ? end() : fail(e)))
    socket.on('close', end)
    socket.on('connect', () => socket.write(Buffer.from(bytes, 'latin1')))
  })
}
