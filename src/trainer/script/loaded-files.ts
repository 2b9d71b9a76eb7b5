/** The user's files that were loaded through the hooks so far. */
export type LoadedFiles = () => readonly string[];
