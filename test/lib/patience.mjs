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
