/** `name=value` of a Set-Cookie header: what a browser sends back. */
export function parseSetCookie(header: string): string {
  return header.split(';', 1)[0] ?? '';
}
