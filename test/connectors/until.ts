/** Looks until `probe` gives something, or fails with `what` was waited for. */
export async function until<Result>(
  what: string,
  probe: () => Result | undefined | false | Promise<Result | undefined | false>,
  withinMs = 10_000,
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
