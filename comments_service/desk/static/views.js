// The desk's sections in their order; each is a module of its name.

export const VIEWS = ["queue", "search", "words", "bans", "articles", "boards", "audit", "overview"];
