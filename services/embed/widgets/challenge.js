// A proof of work, solved without holding the page up: a few milliseconds of SHA-256 (FIPS 180-4) at a time. Plain
// JavaScript, because a worker needs an address of the page's own, and crypto.subtle waits longer than it counts.

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;
const K = Int32Array.from(primes, (prime) => fraction(prime ** (1 / 3)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime ** 0.5));
const W = new Int32Array(64);
const turn = (x, n) => (x >>> n) | (x << (32 - n));

/** The state after one more block of 64 bytes. */
function compress(state, bytes, at) {
  for (let i = 0; i < 64; i++) {
    if (i < 16) {
      const j = at + 4 * i;
      W[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
    } else {
      const [x, y] = [W[i - 15], W[i - 2]];
      W[i] = W[i - 16] + W[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  return Int32Array.of(a, b, c, d, e, f, g, h).map((word, i) => word + state[i]);
}

/** SHA-256 of ASCII text as eight words. */
function sha256(text) {
  const bytes = new Uint8Array(((text.length + 72) >> 6) << 6);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 128;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, 8 * text.length);
  let state = START;
  for (let at = 0; at < bytes.length; at += 64) state = compress(state, bytes, at);
  return state;
}

/** The header that answers a challenge `{token, difficulty}`: so many zero bits, up to 32. */
export async function solve({ token, difficulty }) {
  for (let n = 0; ; ) {
    const until = performance.now() + 8;
    while (performance.now() < until) {
      for (const end = n + 50; n < end; n++) if (Math.clz32(sha256(`${token}:${n}`)[0]) >= difficulty) return `${token}:${n}`;
    }
    await new Promise((resume) => setTimeout(resume));
  }
}
