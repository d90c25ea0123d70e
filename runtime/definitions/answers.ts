/** What the routes of definitions and migrations have in common: their scope, and their errors as HTTP problems. */
import { problem, routesOf } from '../http/route-answers.ts';
import { StoreError } from '../store/errors.ts';
import { DefinitionError } from './errors.ts';

const STATUSES: Readonly<Record<DefinitionError['code'], readonly [status: number, title: string]>> = {
  'definitions-invalid': [422, 'The definitions have problems'],
  'definition-too-large': [422, 'The definition is too large'],
  'definition-unknown': [404, 'There is no such definition'],
  'definition-version-unknown': [404, 'There is no such version'],
  'definition-not-in-force': [409, 'No version is in force'],
  'definition-no-earlier-version': [409, 'There is no earlier version'],
  'migration-invalid': [422, 'The migration is refused'],
  'migration-unsafe': [409, 'The migration is not safe'],
  'migration-unknown': [404, 'There is no such migration'],
};

export const route: ReturnType<typeof routesOf> = routesOf('definitions:publish', (error) => {
  if (error instanceof StoreError) return problem('unavailable', 503, 'The store does not answer now', error.message);
  if (!(error instanceof DefinitionError)) return undefined;
  const [status, title] = STATUSES[error.code];
  return problem(error.code, status, title, error.message);
});
