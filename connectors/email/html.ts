import { escapeHtml } from '../../channels/html.ts';

/** Ends before what usually follows an address in a sentence: `(see https://example.org/a).` */
const LINK = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]]/gi;

/** Plain text → paragraphs at empty lines, line breaks kept, addresses as links. */
export function htmlOfText(text: string): string {
  return text
    .split(/\r?\n[ \t]*(?:\r?\n[ \t]*)+/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${paragraph.split(/\r?\n/).map(withLinks).join('<br>')}</p>`)
    .join('\n');
}

function withLinks(line: string): string {
  let html = '';
  let end = 0;
  for (const match of line.matchAll(LINK)) {
    const address = escapeHtml(match[0]);
    html += `${escapeHtml(line.slice(end, match.index))}<a href="${address}">${address}</a>`;
    end = match.index + match[0].length;
  }
  return html + escapeHtml(line.slice(end));
}
