/** Diagnostics of a file as YAML, before anything of the language is looked at. Part of the table in codes.ts. */
export interface Explanation {
  readonly cause: string;
  readonly fix: string;
  /** Without it, an error. */
  readonly severity?: 'warning';
}

export type YamlCode =
  | 'file-too-large'
  | 'file-empty'
  | 'yaml-syntax'
  | 'yaml-duplicate-key'
  | 'yaml-tab'
  | 'yaml-tag'
  | 'yaml-anchor'
  | 'yaml-several-documents'
  | 'yaml-too-deep'
  | 'yaml-comment-in-text'
  | 'yaml-flow-text'
  | 'yaml-expression-unquoted'
  | 'yaml-value-changed';

export const YAML_DIAGNOSTICS: Readonly<Record<YamlCode, Explanation>> = {
  'file-too-large': { cause: 'A definition may have 256 KiB.', fix: 'Split it into several conversations.' },
  'file-empty': { cause: 'The file holds no definition.', fix: 'Start with `conversation: NAME`.' },
  // YAML
  'yaml-syntax': {
    cause: 'The file is no valid YAML.',
    fix: 'Look at the caret: usually indentation or a quote is missing.',
  },
  'yaml-duplicate-key': {
    cause: 'A key stands twice in one place; YAML would keep only one of the two.',
    fix: 'Remove or rename one of them.',
  },
  'yaml-tab': { cause: 'YAML forbids tabs in indentation.', fix: 'Indent with blanks.' },
  'yaml-tag': {
    cause: 'A value that begins with `!` is a tag to YAML, and its text is lost.',
    fix: 'Quote the whole value: `when: "!vars.done"`.',
  },
  'yaml-anchor': {
    cause: 'Anchors (`&name`), aliases (`*name`) and merge keys are not part of the language: they hide what is where.',
    fix: 'Write the value out.',
  },
  'yaml-several-documents': {
    cause: 'A file holds one definition.',
    fix: 'Move what follows `---` into a file of its own.',
  },
  'yaml-too-deep': { cause: 'Lists and maps are nested more than 32 deep.', fix: 'Flatten them.' },
  'yaml-comment-in-text': {
    cause: 'After a blank, `#` begins a comment: the rest of the text is lost.',
    fix: 'Quote the text; or move the comment to a line of its own.',
  },
  'yaml-flow-text': {
    cause: 'Inside `{ }` and `[ ]`, a comma or brace ends an unquoted text.',
    fix: 'Quote the text.',
  },
  'yaml-expression-unquoted': {
    cause: 'YAML reads part of the expression as its own syntax (`? :`, a leading quote or bracket).',
    fix: 'Quote the whole expression.',
  },
  'yaml-value-changed': {
    cause: 'YAML would turn the unquoted value into something else (`007` into 7, `1e3` into 1000).',
    fix: 'Quote it if it is a text; write the plain number if it is one.',
  },
};
