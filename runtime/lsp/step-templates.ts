/** Whole steps, with the places to fill in. */
import { CompletionItemKind, InsertTextFormat, InsertTextMode, type CompletionItem } from 'vscode-languageserver/node';

const TEMPLATES: readonly { readonly label: string; readonly about: string; readonly lines: readonly string[] }[] = [
  {
    label: 'ask with replies',
    about: 'A question with words as answers, what else is said to them, and silence.',
    lines: [
      'ask: ${1:Shall we go on? Reply Y or N.}',
      'within: ${2:4h}',
      'replies:',
      '  - { match: [${3:y}], goto: ${4:next} }',
      '  - { match: [${5:n}], end: ${6:declined} }',
      '  - otherwise:',
      '      say: ${7:Please reply Y or N.}',
      '      again: 2',
      '      exhausted: { end: not-understood }',
      'silence:',
      '  - end: no-answer',
    ],
  },
  {
    label: 'ask into a variable',
    about: 'A question whose answer is kept.',
    lines: ['ask: ${1:What is your name?}', 'into: ${2:name}', 'within: ${3:1d}', 'silence:', '  - end: no-answer'],
  },
  {
    label: 'branch with otherwise',
    about: 'Goes the way of the first case that holds.',
    lines: ['branch:', '  - when: ${1:vars.score >= 4}', '    goto: ${2:thanks}', '  - otherwise: next'],
  },
  {
    label: 'listen for an event',
    about: 'Waits for an event of your own.',
    lines: [
      'listen:',
      '  any:',
      '    - event: ${1:com.example.order.shipped}',
      '      key: ${2:event.data.order}',
      '      equals: ${3:inputs.order}',
      'within: ${4:2d}',
      'silence:',
      '  - end: ${5:never-shipped}',
    ],
  },
];

export const STEP_TEMPLATES: readonly CompletionItem[] = TEMPLATES.map(({ label, about, lines }, index) => ({
  label,
  kind: CompletionItemKind.Snippet,
  documentation: about,
  insertText: lines.join('\n'),
  insertTextFormat: InsertTextFormat.Snippet,
  insertTextMode: InsertTextMode.adjustIndentation,
  // Behind the keys.
  sortText: `9${index.toString()}`,
}));
