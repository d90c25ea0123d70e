/** What a node does, in a line of its box. */
import type { Node, UpdateNode } from '../machine/nodes.ts';
import { formatDuration } from '../text/format-duration.ts';
import { messageText, shortened } from './words.ts';

/** Characters of a line: a box stays a box. */
const LINE_CHARACTERS = 52;

export function linesOf(node: Node, locales: readonly string[]): readonly string[] {
  return describe(node, locales).map((line) => shortened(line, LINE_CHARACTERS));
}

function describe(node: Node, locales: readonly string[]): readonly string[] {
  switch (node.op) {
    case 'say':
    case 'ask':
      return [`“${shortened(messageText(node, locales), LINE_CHARACTERS - 2)}”`];
    case 'delay':
      return [delayOf(node)];
    case 'listen':
      return [`listens for ${node.done === undefined ? 'the first' : 'all'} of ${node.events.length}`];
    case 'fetch':
      return [`fetches ${node.source}`];
    case 'set':
      return [`sets ${Object.keys(node.values).join(', ')}`];
    case 'update':
      return [`updates ${updatedBy(node).join(', ')}`];
    case 'emit':
      return [`emits ${node.type}`];
    case 'call':
      return [`calls ${node.flow}`];
    case 'loop':
      return [`at most ${node.most} times${node.while === undefined ? '' : `, while ${node.while}`}`];
    case 'handoff':
      return [`hands over to ${node.queue}`];
    case 'branch':
    case 'split':
    case 'goto':
    case 'begin-loop':
    case 'leave':
    case 'wait-again':
    case 'await-rest':
    case 'repeat':
    case 'end':
    case 'resume':
    case 'restart':
    case 'fail':
      return [];
  }
}

function delayOf(node: Node & { readonly op: 'delay' }): string {
  if (node.until !== undefined) return `waits until ${node.until}`;
  if (node.forMs !== undefined) return `waits ${formatDuration(node.forMs)}`;
  const minutes = node.at?.minutes ?? 0;
  return `waits until ${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0');
}

function updatedBy({ locale, zone, attributes }: UpdateNode): readonly string[] {
  return [...(locale ? ['locale'] : []), ...(zone ? ['zone'] : []), ...Object.keys(attributes)];
}
