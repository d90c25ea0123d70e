/** `data` and `fetch`: questions to customers' own systems. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { DataSource, Method, RequestPart } from '../machine/data-source.ts';
import type { Expression, Value } from '../machine/expressions.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { Range } from '../parse/source-file.ts';
import type { Key } from '../parse/tree.ts';
import type { SourceDataSource, SourceStep } from '../schema/source.ts';
import {
  environmentsOfSource,
  inUnit,
  positionOf,
  reportAmbiguous,
  withLocals,
  type Compilation,
} from './compilation.ts';
import { compileDuration } from './durations.ts';
import { checkBare, checkExpression, locatorOf } from './expressions.ts';
import type { Scope } from './scope.ts';
import { piecesOf } from './texts.ts';
import { compileDeclarations, type TypeContext } from './types.ts';
import type { Unit, Units } from './unit.ts';
import { compileInputsOf } from './inputs.ts';
import { compileValue } from './values.ts';
import { compileWayOrNext } from './ways.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const DEFAULT_TIMEOUT_MS = 10_000;

/** What all flows of a file know of a data source; the rest is compiled where it is fetched from. */
interface DeclaredSource {
  /** Where it is declared. */
  readonly unit: Unit;
  readonly source: SourceDataSource;
  readonly inputs: Readonly<Record<string, ValueType>> | undefined;
  readonly returns: Readonly<Record<string, ValueType>>;
}

export type DeclaredSources = Readonly<Record<string, DeclaredSource>>;

/** All that the flows of a file can fetch from. */
export function declareSources(units: Units, unit: Unit, country: string | undefined): DeclaredSources {
  const declared: Record<string, DeclaredSource> = {};
  for (const name of units.names(unit, 'data')) {
    const owner = units.owner(unit, 'data', name);
    const source = typeof owner === 'string' ? undefined : owner.source.data?.[name];
    if (typeof owner === 'string' || !source) continue;
    const c: TypeContext = { report: owner.report, tree: owner.tree, country };
    declared[name] = {
      unit: owner,
      source,
      inputs: source.inputs && compileDeclarations(c, source.inputs),
      returns: compileDeclarations(c, source.returns),
    };
  }
  return declared;
}

/** The sources from which the steps of a flow fetch. */
export function compileSources(c: Compilation): Readonly<Record<string, DataSource>> {
  const wanted = new Set(fetchesIn(c.body.steps));
  const entries = Object.entries(c.sources).filter(([name]) => wanted.has(name));
  return Object.fromEntries(entries.map(([name, declared]) => [name, compileSource(c, name, declared)]));
}

/** Those of the file from which nothing fetches are checked as well. Without inputs of its own, only where a flow is known. */
export function compileUnfetched(c: Compilation): readonly string[] {
  const { data = {}, snippets = {}, steps } = c.source;
  const fetched = new Set([...fetchesIn(steps), ...Object.values(snippets).flatMap((body) => fetchesIn(body.steps))]);
  const unfetched = Object.keys(data).filter((name) => !fetched.has(name));
  for (const name of unfetched) {
    const declared = c.sources[name];
    if (declared && (c.unit.isDefinition || declared.inputs)) compileSource(c, name, declared);
  }
  return unfetched;
}

function fetchesIn(steps: readonly SourceStep[]): readonly string[] {
  return steps.flatMap((step) => [
    ...(step.fetch === undefined ? [] : [step.fetch]),
    ...(step.repeat ? fetchesIn(step.repeat.steps) : []),
  ]);
}

function compileSource(flow: Compilation, name: string, declared: DeclaredSource): DataSource {
  const { source, inputs, returns } = declared;
  const there = inUnit(flow, declared.unit);
  const own = inputs && { ...there, inputs, vars: {}, sources: {} };
  const c = own ? { ...own, environments: environmentsOfSource(own) } : there;
  const methods = METHODS.filter((method) => source[method] !== undefined);
  const [method = 'get', second] = methods;
  if (methods.length !== 1) {
    const range = c.tree.keyRange(second === undefined ? (c.source.data ?? {}) : source, second ?? name);
    c.report.add(
      'source-method',
      range,
      second === undefined ? 'this names no address' : `"${second}" stands beside "${method}"`,
      {
        expected: `one of ${METHODS.join(', ')}`,
      },
    );
  }
  const headers = Object.keys(source.headers ?? {}).map((header) => [
    header,
    compileRequestText(c, source.headers ?? {}, header),
  ]);
  return {
    ...(inputs ? { inputs } : {}),
    method: method.toUpperCase() as Method,
    url: compileUrl(c, source, method),
    headers: Object.fromEntries(headers) as DataSource['headers'],
    ...(source.body === undefined ? {} : { body: compileValue(c, 'flow', source, 'body') }),
    timeoutMs: source.timeout === undefined ? DEFAULT_TIMEOUT_MS : compileDuration(c, source, 'timeout'),
    ...(source.retry === undefined ? {} : { retries: source.retry }),
    ...(source.cache === undefined ? {} : { cacheMs: compileDuration(c, source, 'cache') }),
    returns,
    map: compileMap(c, source, returns),
  };
}

/** Up to the first `/` after the scheme nothing may be filled in: the host decides whom the secrets are told. */
function compileUrl(c: Compilation, source: SourceDataSource, key: (typeof METHODS)[number]): readonly RequestPart[] {
  if (source[key] === undefined) return [];
  const parts = compileRequestText(c, source, key);
  const [first] = parts;
  if (parts.length > 1 && (typeof first !== 'string' || !/^https?:\/\/[^/?#]+[/?#]/.test(first))) {
    c.report.add('source-host-open', c.tree.valueRange(source, key), 'an expression stands in the host of the address');
  }
  return parts;
}

const SECRET = /^\s*secrets\.([A-Za-z][A-Za-z0-9_-]*)\s*$/;

function compileRequestText(c: Compilation, container: object, key: Key): readonly RequestPart[] {
  const text = (container as Readonly<Record<Key, string>>)[key] ?? '';
  const { locate, range } = locatorOf(c, container, key, text);
  return piecesOf(c, text, locate).map((piece) => {
    if (piece.kind === 'text') return piece.text;
    const secret = SECRET.exec(piece.source)?.[1];
    if (secret !== undefined) {
      reportSecret(c, secret, { start: locate(piece.start), end: locate(piece.start + piece.source.length) });
      return { secret };
    }
    checkExpression(c, 'flow', piece.source, (index) => locate(piece.start + index), range);
    return { cel: piece.source };
  });
}

/** Without a list nothing is known of secrets: connectors say at run time which they do not have. */
function reportSecret(c: Compilation, secret: string, range: Range): void {
  const { secrets } = c.project;
  if (!secrets || secrets.includes(secret)) return;
  c.report.add('secret-unknown', range, `the project has no secret "${secret}"`, {
    expected: secrets.length === 0 ? 'a name under "secrets" in project.yaml' : `one of ${secrets.join(', ')}`,
    suggestion: nearest(secret, secrets),
  });
}

function compileMap(
  c: Compilation,
  source: SourceDataSource,
  returns: Readonly<Record<string, ValueType>>,
): Readonly<Record<string, Expression>> {
  const map = source.map ?? {};
  for (const field of Object.keys(map)) {
    checkBare(c, 'response', map, field, { types: [], called: 'a value of the response' });
    if (returns[field]) continue;
    c.report.add('variable-unknown', c.tree.keyRange(map, field), `"${field}" is not among "returns"`, {
      suggestion: nearest(field, Object.keys(returns)),
    });
  }
  return map;
}

export function compileFetch(scope: Scope, step: SourceStep): void {
  const { c, layout, state } = scope;
  const { fetch: name = '' } = step;
  const declared = c.sources[name];
  if (!declared && c.units.owner(c.unit, 'data', name) === 'ambiguous') {
    reportAmbiguous(c, c.tree.valueRange(step, 'fetch'), name);
  } else if (!declared) {
    const names = Object.keys(c.sources);
    c.report.add('source-unknown', c.tree.valueRange(step, 'fetch'), `there is no data source "${name}"`, {
      expected: names.length === 0 ? 'a name among "data"; there is none' : `one of ${names.join(', ')}`,
      suggestion: nearest(name, names),
    });
  }
  const given: Record<string, Value> = compileInputsOf(c, step, 'fetch', name, declared?.inputs ?? {});
  const failed = compileWayOrNext({ ...scope, c: withLocals(c, { failure: FAILURE }) }, step, 'failed');
  layout.add(state, positionOf(c, step, 'fetch'), (resolve) => ({
    op: 'fetch',
    source: name,
    with: given,
    failed: resolve(failed),
  }));
}

/** What `failure` is in the `failed` of a fetch. */
const FAILURE: ValueType = {
  type: 'object',
  fields: { code: { type: 'text' }, reason: { type: 'text' }, status: { type: 'integer', optional: true } },
};
