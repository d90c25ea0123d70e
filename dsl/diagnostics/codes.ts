import { EXPRESSION_DIAGNOSTICS, type ExpressionCode } from './expression-codes.ts';
import { PROVER_DIAGNOSTICS, type ProverCode } from './prover-codes.ts';
import { YAML_DIAGNOSTICS, type Explanation, type YamlCode } from './yaml-codes.ts';

/**
 * Every diagnostic of the language front end. Codes are stable: people silence and search them. The reference page
 * (docs/reference/diagnostics.md) is generated from this table, and each code has a fixture in test/dsl/broken.
 */
export type DiagnosticCode =
  | YamlCode
  | 'unknown-key'
  | 'not-in-this-version'
  | 'missing-key'
  | 'wrong-type'
  | 'wrong-value'
  | 'keys-exclusive'
  | 'duration-invalid'
  | 'zone-unknown'
  | 'country-unknown'
  | 'language-unknown'
  | 'locale-unknown'
  | 'locale-missing'
  | 'step-taken'
  | 'step-unknown'
  | 'never-reached'
  | 'never-used'
  | 'exit-missing'
  | 'otherwise-missing'
  | 'otherwise-not-last'
  | 'silence-open'
  | 'word-empty'
  | 'word-repeated'
  | 'word-of-platform'
  | 'choice-misleads'
  | 'conversation-taken'
  | 'keyword-taken'
  | 'word-near'
  | 'fallback-taken'
  | 'input-unknown'
  | 'input-missing'
  | 'schedule-taken'
  | 'snippet-unknown'
  | 'call-recursive'
  | 'outcome-unknown'
  | 'outcome-missing'
  | 'source-unknown'
  | 'source-method'
  | 'source-host-open'
  | 'secret-misplaced'
  | 'import-unreadable'
  | 'import-cyclic'
  | 'name-ambiguous'
  | 'secret-unknown'
  | 'attribute-unknown'
  | 'shares-incomplete'
  | 'interrupt-overlaps-reply'
  | 'interrupt-overlaps-listen'
  | 'variable-unknown'
  | 'value-mismatch'
  | 'event-type-reserved'
  | ProverCode
  | ExpressionCode;

export const DIAGNOSTICS: Readonly<Record<DiagnosticCode, Explanation>> = {
  // The file
  ...YAML_DIAGNOSTICS,
  // Shape
  'unknown-key': { cause: 'The language has no such key there.', fix: 'Check its spelling and its indentation.' },
  'not-in-this-version': {
    cause: 'The key is reserved for a construct that this version can not run yet, or not in this place.',
    fix: 'Leave it out for now. What is a step elsewhere (`ask`, `fetch`, `listen` and their like) stays one: `goto: STEP`.',
  },
  'missing-key': { cause: 'A key that is needed is missing.', fix: 'Add it.' },
  'wrong-type': { cause: 'A value has another kind than its place needs.', fix: 'See what is expected.' },
  'wrong-value': {
    cause: 'A value has the right kind, but not one of the possible values.',
    fix: 'See what is expected.',
  },
  'keys-exclusive': { cause: 'Two keys stand together of which only one can hold.', fix: 'Keep one of them.' },
  'duration-invalid': {
    cause: 'A duration is a number with a unit, from 1s to 400d.',
    fix: 'Write for example `90m`, `12h`, `1d12h`, `2w`.',
  },
  'zone-unknown': { cause: 'No such time zone.', fix: 'Write an IANA name such as `America/New_York`.' },
  'country-unknown': { cause: 'No such country.', fix: 'Write its ISO 3166 code, such as `US` or `DE`.' },
  'language-unknown': {
    cause: '`locales` names something that is no language, or a region that does not exist.',
    fix: 'Write its ISO 639 code, such as `en`, alone or with a country: `en-GB`.',
  },
  'locale-unknown': {
    cause: 'A text has a language that `locales` does not list.',
    fix: 'Add it to `locales`, or remove the text.',
  },
  'locale-missing': {
    cause: 'A text or word list lacks a language that `locales` lists.',
    fix: 'Add the translation. A region that has none of its own takes that of its language: `en` is for `en-GB` too.',
  },
  // Steps
  'step-taken': {
    cause: 'Two steps have the same name; the Nth, where it has none, is called `step-N`.',
    fix: 'Rename one of them, or name the other.',
  },
  'step-unknown': {
    cause: '`goto` names a step that does not exist.',
    fix: 'Check the spelling, or name the step with `step:`.',
  },
  'never-reached': {
    cause:
      'Something stands after a `goto` or `end`, so it never happens. As a warning: of several cases or starts the first that holds is taken, and one before it always holds, or has the same condition.',
    fix: 'Move it before, or into a step of its own.',
  },
  'never-used': {
    cause:
      'Nothing in the file uses a snippet, data source, text, input or variable that it declares. What is set or captured counts as used, and so does an input that a start gives: `conversation.started` tells it.',
    fix: 'Use it, remove it, or move it into a shared file.',
    severity: 'warning',
  },
  'exit-missing': {
    cause: 'A construct with several ways out must say where each goes.',
    fix: 'Add `goto: STEP`, `goto: next` or `end: OUTCOME`.',
  },
  'otherwise-missing': {
    cause: 'Nothing says what happens where no case fits.',
    fix: 'Add `- otherwise:` as the last entry.',
  },
  'otherwise-not-last': {
    cause: '`otherwise` is for what no other entry takes, so it stands last and once.',
    fix: 'Move it to the end.',
  },
  'silence-open': {
    cause: 'After the last time-out the conversation must leave the question.',
    fix: 'End the list with `- end: OUTCOME` or `- goto: STEP`; give all others a `within`.',
  },
  // Words
  'word-empty': {
    cause: 'Only letters, digits and symbols count in a word to match; nothing is left of this one.',
    fix: 'Write a word.',
  },
  'word-repeated': {
    cause: 'Two entries of one list expect the same word (case, accents and punctuation do not count).',
    fix: 'Remove it from one of them.',
  },
  'word-of-platform': {
    cause:
      'STOP, HELP and their like, and the words of `stop` and `help`, are answered by the platform before any definition.',
    fix: 'Choose another word.',
  },
  'choice-misleads': {
    cause:
      'Who writes the number or the label of a choice gets another one: a word goes before a number, and the first entry before the others.',
    fix: 'Choose other words or labels, or another order, so that all that is shown leads where it stands.',
  },
  // Several definitions
  'conversation-taken': { cause: 'Two definitions have the same name.', fix: 'Rename one of them.' },
  'keyword-taken': {
    cause: 'Two definitions start by the same word: only one of them could.',
    fix: 'Choose another word for one of them.',
  },
  'word-near': {
    cause:
      'A start or question takes typos, and a slip of one letter turns its word into another that means something else.',
    fix: 'Choose a word that is less like the other, or leave out `typos`.',
  },
  'fallback-taken': {
    cause: 'Two definitions start by any message: only one of them could.',
    fix: 'Let one of them start by words of its own.',
  },
  // Values and types
  'input-unknown': {
    cause: 'The start gives an input that `inputs` does not declare.',
    fix: 'Declare it, or check the spelling.',
  },
  'input-missing': {
    cause: 'A start does not give an input that has neither a default nor `optional: true`.',
    fix: 'Give it, or declare a default.',
  },
  'schedule-taken': {
    cause: 'Two schedules of a definition send to the same list at the same time of day.',
    fix: 'Join their `days` in one entry, or give one of them another time or list.',
  },
  'snippet-unknown': {
    cause: 'A `call` names a snippet that is not among `snippets`.',
    fix: 'Check the spelling, or write the snippet.',
  },
  'call-recursive': {
    cause: 'A snippet calls itself, directly or through others, so the calls might never end.',
    fix: 'Use `goto` to come back to an earlier step of the same snippet.',
  },
  'outcome-unknown': {
    cause: '`outcomes` names an outcome with which the snippet never ends.',
    fix: 'Check the spelling against the `end` of its steps; without `end` the outcome is `completed`.',
  },
  'outcome-missing': {
    cause: 'The snippet can end with an outcome for which the call says nothing.',
    fix: 'Add it to `outcomes`, or `otherwise` for all that are not named.',
  },
  'source-unknown': {
    cause: 'A `fetch` names a data source that is not among `data`.',
    fix: 'Check the spelling, or declare the source.',
  },
  'source-method': {
    cause: 'A data source needs exactly one of `get`, `post`, `put`, `patch`, `delete`.',
    fix: 'Keep one of them.',
  },
  'source-host-open': {
    cause:
      'The host of an address depends on an expression: a person could lead the platform, or others, to any server.',
    fix: 'Write the host out; declare one data source for each host.',
  },
  'secret-misplaced': {
    cause: 'Secrets are known to connectors only: they can stand in the address and headers of data sources.',
    fix: 'Use `${secrets.NAME}` there, alone between its braces.',
  },
  'import-unreadable': {
    cause: '`imports` names a file that is not there, or that holds no shared parts.',
    fix: 'Check the path, from the file that names it; call a conversation by its name instead of importing it.',
  },
  'import-cyclic': {
    cause: 'A file imports itself, directly or through others.',
    fix: 'Move what both need into a third file.',
  },
  'name-ambiguous': {
    cause: 'Two imported files have something of this name, so it is not clear which is meant.',
    fix: 'Rename one of them, or import only one of the files.',
  },
  'secret-unknown': {
    cause: 'The project lists its secrets, and this is none of them.',
    fix: 'Check the spelling, or add the name to `secrets` in project.yaml.',
  },
  'attribute-unknown': {
    cause: '`update` changes `locale`, `zone` and what the project declares of people; this is none of them.',
    fix: 'Check the spelling, or declare it under `contact: attributes:` in project.yaml.',
  },
  'shares-incomplete': {
    cause: 'The shares of a `split` do not make 100, so it is not clear how many people go each way.',
    fix: 'Change them until they make 100.',
  },
  'interrupt-overlaps-reply': {
    cause:
      'A word of `anytime` is also a reply to a question, the number of one of its choices, or read as the type of its `into`: the interrupt would always take it.',
    fix: 'Choose another word for one of them.',
  },
  'interrupt-overlaps-listen': {
    cause: 'An event of `anytime` is also waited for by a `listen`: the interrupt would take it.',
    fix: 'Keep one of them, or give the interrupt a `when`.',
  },
  'variable-unknown': { cause: 'The variable is not declared in `vars`.', fix: 'Declare it, or check the spelling.' },
  'value-mismatch': {
    cause: 'A value does not have the type that is declared for it.',
    fix: 'Change the value or the declaration.',
  },
  'event-type-reserved': {
    cause: 'The type belongs to the platform.',
    fix: 'Use a type of your own, such as `com.example.order.placed`.',
  },
  // The prover
  ...PROVER_DIAGNOSTICS,
  ...EXPRESSION_DIAGNOSTICS,
};
