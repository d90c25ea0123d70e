import { ParlanceError } from '../../channels/error.ts';

/** What somebody asked of definitions and can not have. */
export class DefinitionError extends ParlanceError<
  | 'definitions-invalid'
  | 'definition-too-large'
  | 'definition-unknown'
  | 'definition-version-unknown'
  | 'definition-not-in-force'
  | 'definition-no-earlier-version'
  | 'migration-invalid'
  | 'migration-unsafe'
  | 'migration-unknown'
> {}
