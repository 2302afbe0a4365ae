// What a moderator chose on this machine: language and theme in cookies, so that the shell comes right at once.

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** A choice of this browser, or what holds without one. */
export function recall(name, otherwise) {
  try {
    return localStorage.getItem(`redian.desk.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`redian.desk.${name}`, value);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

/** A choice that the server has to know before any script runs. */
export function tellServer(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `redian_desk_${name}=${value}; Path=/admin; Max-Age=${YEAR_SECONDS}; SameSite=Strict${secure}`;
}
