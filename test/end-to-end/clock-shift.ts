/** Environment of a process whose clock runs this much ahead of the machine's, so that hours need not pass. */
export function clockAheadBy(shiftMs: number): Readonly<Record<string, string>> {
  const preload = `
    const RealDate = Date;
    const now = () => RealDate.now() + ${shiftMs};
    globalThis.Date = class Date extends RealDate {
      constructor(...parts) {
        if (parts.length === 0) super(now());
        else super(...parts);
      }
      static now() {
        return now();
      }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` };
}
