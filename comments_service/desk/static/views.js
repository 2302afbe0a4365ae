// The desk's sections in their order; each is a module of its name.

const EVERYBODYS = ["queue", "search", "words", "bans", "articles", "boards", "audit", "overview"];

/** The sections of whoever is signed in. */
export const viewsOf = (session) => (session.scopes.includes("administer") ? [...EVERYBODYS, "accounts"] : EVERYBODYS);
