/** What every command promises to scripts. */
export const EXIT = {
  ok: 0,
  /** The command ran and the answer is no: problems found, refused, failed. */
  failed: 1,
  /** The command could not run: wrong arguments, unreadable files, bad configuration. */
  usage: 2,
} as const;
