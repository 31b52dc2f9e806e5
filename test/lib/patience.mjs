// How long tests wait for what must come. This ends a test that hangs and judges no speed: it is long enough for the slowest machine
// beside the heaviest load, and a test that passes never waits for its end.
export const PATIENCE_S = 120, PATIENCE_MS = PATIENCE_S * 1000

// True as soon as a condition holds, false when it never did.
export async function holds(condition, every = 50) {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    if (await condition()) return true
    if (Date.now() >= end) return false
    await new Promise(go => setTimeout(go, every))
  }
}

// The same for what is asked without a promise: the whole process waits.
export function holdsFor(condition, why, every = 200) {
  for (const end = Date.now() + PATIENCE_MS; !condition();) {
    if (Date.now() >= end) throw new Error(why)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, every)
  }
}

// Lets what has come in meanwhile be noticed, such as the end of a connection: whoever runs a program and waits for it sees nothing else,
// and then a server that was silent for long has hung up on her.
export async function noticed() {
  for (let turn = 0; turn < 2; turn++) await new Promise(go => setImmediate(go))
}
