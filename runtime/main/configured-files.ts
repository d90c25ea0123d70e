/** The files at paths of a setting; `unreadable` makes the error for a path that can not be read. */
export async function configuredFiles(
  paths: readonly string[],
  filesAt: (path: string) => Promise<readonly string[]>,
  unreadable: (path: string, cause: unknown) => Error,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths) {
    files.push(
      ...(await filesAt(path).catch((cause: unknown) => {
        throw unreadable(path, cause);
      })),
    );
  }
  return files;
}
