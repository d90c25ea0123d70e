/** Where each stable code is explained; a test checks that every code has an entry there. */
const ERRORS_PAGE = 'docs/errors.md';

/**
 * Base of every error that a person may meet. `code` is stable and greppable; `help` says where it is explained.
 * Subclasses fix the code's family; the message says what was expected and what to do.
 */
export class ParlanceError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly help: string;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.help = `${ERRORS_PAGE}#${code}`;
  }
}
