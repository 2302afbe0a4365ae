// The desk's sections in their order; each is a module of its name.

const EVERYBODYS = ["queue", "search", "words", "bans", "articles", "boards", "audit", "overview"];

/** The sections of whoever is signed in. */
export const viewsOf = (session) => [
  ...EVERYBODYS,
  ...(session.scopes.includes("administer") ? ["accounts"] : []),
  // They tell of every channel.
  ...(session.channels === null ? ["webhooks"] : []),
];

/** The key that leads to a section: 1 to 9, then 0. */
export const keyOf = (index) => String((index + 1) % 10);
