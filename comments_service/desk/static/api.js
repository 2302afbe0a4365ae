// The public API with the session's cookie: reads, and changes that carry the session's token.

const TIMEOUT_MS = 10_000;
const GUESSES = new Set(["key_unknown", "sign_in_refused"]);
let csrfToken = "";
let onSessionOver = () => {};

/** An answer that is no success, as the problem it tells; status 0 is a network that did not answer. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? "");
    this.status = status;
    this.code = body.code ?? "unreachable";
    this.errors = body.errors ?? [];
    this.retryAfter = 0;
  }

  /** Whether time can heal it. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

async function call(method, path, body, options) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  let answer;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal, cache: "no-store", ...options });
  } catch {
    throw new Problem(0, {});
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = new Problem(answer.status, await answer.json().catch(() => ({})));
  problem.retryAfter = Number(answer.headers.get("Retry-After")) || 0;
  if (problem.status === 401 && !GUESSES.has(problem.code)) onSessionOver();
  throw problem;
}

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** A read; empty parameters are left out. */
export const read = (path, parameters = {}) => call("GET", path + query(parameters));

/** A change. */
export const change = (method, path, body, options = {}) => call(method, path, body, options);

/** What begins a session, by {key} or {name, password}: who signed in. */
export async function signIn(credentials) {
  return adopt(await call("POST", "/v1/moderation/session", credentials));
}

/** Whom the token of a one-time link is for. */
export const lookAtInvitation = (token) => call("POST", "/v1/moderation/invitations/look", { token });

/** The session that begins with the password chosen by a one-time link. */
export async function acceptInvitation(token, password) {
  return adopt(await call("POST", "/v1/moderation/invitations/accept", { token, password }));
}

/** The session that goes on with another password. */
export async function changePassword(password, next) {
  return adopt(await call("PUT", "/v1/moderation/session/password", { password, new_password: next }));
}

/** The session that the browser already has; null without one. */
export async function resume() {
  try {
    return adopt(await call("GET", "/v1/moderation/session"));
  } catch (problem) {
    if (problem.status === 401) return null;
    throw problem;
  }
}

export async function signOut() {
  await call("DELETE", "/v1/moderation/session");
  csrfToken = "";
}

/** Called when the server says that nobody is signed in any more. */
export function whenSessionIsOver(listener) {
  onSessionOver = listener;
}

function adopt(session) {
  csrfToken = session.csrf_token;
  return session;
}
