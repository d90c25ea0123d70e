/**
 * What may run on the read-only SQL interface. ClickHouse's `readonly = 1` is not enough where the engine is part of
 * this process: `file('/etc/passwd')` as a function, INTO OUTFILE, USE and KILL QUERY pass it (tried on chdb 3.4). So
 * ClickHouse parses the statement, once to one canonical statement without comments and once to its syntax tree, and
 * only what is known to be harmless passes.
 */
import { StoreError } from '../errors.ts';
import type { QueryParameters, Store } from '../port.ts';
import { isOutputFormat } from './formats.ts';
import { harmlessFunctions, type MayCall } from './functions.ts';
import { syntaxTree, type SyntaxNode } from './syntax-tree.ts';

/** Node kinds of a query that only reads. Not among them: APPLY, whose function the tree does not show. */
const READING: ReadonlySet<string> = new Set([
  ...['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'SelectQuery', 'Subquery', 'WithElement', 'ExpressionList'],
  ...['Function', 'Identifier', 'TableIdentifier', 'Literal', 'Asterisk', 'QualifiedAsterisk', 'Set', 'QueryParameter'],
  ...['TablesInSelectQuery', 'TablesInSelectQueryElement', 'TableExpression', 'TableJoin', 'ArrayJoin', 'SampleRatio'],
  ...['OrderByElement', 'InterpolateElement', 'WindowListElement', 'WindowDefinition', 'ColumnsTransformerList'],
  ...['ColumnsRegexpMatcher', 'ColumnsListMatcher', 'QualifiedColumnsRegexpMatcher', 'QualifiedColumnsListMatcher'],
  ...['ColumnsExceptTransformer', 'ColumnsReplaceTransformer', 'ColumnsReplaceTransformer::Replacement'],
]);

const ROOTS: ReadonlySet<string> = new Set([
  ...['SelectWithUnionQuery', 'SelectIntersectExceptQuery', 'DescribeQuery', 'Explain', 'ShowTables'],
]);

const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['numbers', 'numbers_mt', 'values', 'generate_series', 'generateSeries', 'generateRandom', 'null'],
]);

/** Databases that tell about the server. Those of the store begin with its name. */
const SERVER_DATABASES = /^(system|information_schema|default)$/i;

/** The tree of a SHOW statement shows nothing of it: neither an expression in it, nor where its answer goes. */
const SHOW =
  /^SHOW ([A-Z]+( [A-Z]+)?)( FROM (\w+|`[^`]*`))?( NOT)?( I?LIKE '(\\.|[^'\\])*')?( LIMIT \d+)?( FORMAT (?<format>\w+))?$/;
const SHOW_OWN = /^SHOW TABLES(?! FROM)/;

/**
 * How a query is read, and of how much it selects, which is the tenant's own. Not how much there is to select from, which
 * further settings tell: in the parts of a table lie the rows of all tenants.
 */
const EXPLAIN_OWN = new RegExp(
  `^EXPLAIN( AST| SYNTAX| QUERY TREE| PIPELINE)?( (${[
    ...['header', 'description', 'actions', 'compact', 'graph', 'oneline', 'optimize', 'run_query_tree_passes'],
    ...['query_tree_passes', 'run_passes', 'dump_passes', 'passes', 'dump_tree', 'dump_ast'],
  ].join('|')}) = \\d+,?)* (SELECT|WITH)\\b`,
);

export interface Statement {
  readonly sql: string;
  readonly parameters: QueryParameters;
  readonly database: string;
  /** Names of other databases are refused. */
  readonly confined: boolean;
}

interface Confinement extends Statement {
  readonly isForeign: (database: string) => boolean;
}

export class SqlGate {
  readonly #store: Store;
  #functions: Promise<MayCall> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The canonical text of the statement. Rejects with `sql-refused`, or `sql-failed` where it can not be parsed. */
  async check(statement: Statement): Promise<string> {
    const canonical = await this.#canonical(statement.sql);
    const mayCall = await (this.#functions ??= this.#loadFunctions());
    const tree = syntaxTree(await this.#explain({ ...statement, sql: canonical }));
    checkRoot(tree[0], canonical, statement);
    const isForeign = statement.confined && tree.some(isQualified) ? await this.#foreign() : () => false;
    for (const node of tree.slice(1)) checkNode(node, { ...statement, isForeign }, mayCall);
    return canonical;
  }

  /** Whether a name is that of a database: of the store's or the server's own, or of whatever else a server holds. */
  async #foreign(): Promise<Confinement['isForeign']> {
    const rows = await this.#store.query('SELECT name FROM system.databases');
    const present = new Set(rows.map((row) => String(row['name'])));
    return (name) => SERVER_DATABASES.test(name) || name.startsWith(this.#store.database) || present.has(name);
  }

  async #canonical(sql: string): Promise<string> {
    try {
      const [row] = await this.#store.query('SELECT formatQuerySingleLine({sql:String}) AS canonical', { sql });
      return String(row?.['canonical']);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'sql-failed') throw error;
      throw new StoreError(
        'sql-failed',
        error.message.replace(/:? In scope SELECT formatQuery[^]*?\. \((?=[A-Z_]+\)$)/, '. ('),
        {
          cause: error,
        },
      );
    }
  }

  async #explain({ sql, parameters, database }: Statement): Promise<readonly string[]> {
    const request = { sql: `EXPLAIN AST ${sql}`, parameters, database, format: 'JSONCompactEachRow', settings: {} };
    let text = '';
    for await (const chunk of await this.#store.read(request)) text += String(chunk);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => String((JSON.parse(line) as readonly unknown[])[0]));
  }

  #loadFunctions(): Promise<MayCall> {
    const loading = harmlessFunctions(this.#store);
    loading.catch(() => (this.#functions = undefined));
    return loading;
  }
}

function checkRoot(root: SyntaxNode | undefined, canonical: string, statement: Statement): void {
  if (!root || !ROOTS.has(root.kind)) throw refused(`only SELECT, DESCRIBE, EXPLAIN and SHOW TABLES run here`);
  if (root.kind === 'Explain' && statement.confined && !EXPLAIN_OWN.test(canonical)) {
    throw refused('EXPLAIN of what a table holds (ESTIMATE, ANALYZE, indexes, projections) is not allowed here');
  }
  if (root.kind !== 'ShowTables') return;
  // Other SHOW statements make the same node.
  const show = SHOW.exec(canonical);
  if (!show || (statement.confined && !SHOW_OWN.test(canonical))) {
    throw refused('of SHOW statements only SHOW TABLES [[NOT] LIKE …] [LIMIT number] runs here');
  }
  checkFormat(show.groups?.['format']);
}

function checkFormat(name: string | undefined): void {
  if (name !== undefined && !isOutputFormat(name)) throw refused(`FORMAT ${name} is not allowed here`);
}

function checkNode(node: SyntaxNode, statement: Confinement, mayCall: MayCall): void {
  const { kind, name, parent } = node;
  if (!READING.has(kind)) throw refused(`${kind} is not allowed here`);
  if (parent && ROOTS.has(parent.kind)) {
    // Checked by its text.
    if (parent.kind === 'ShowTables') return;
    if (kind === 'Literal') throw refused('INTO OUTFILE is not allowed here');
    if (kind === 'Identifier') checkFormat(name);
  } else if (kind === 'Function') {
    const isTable = parent?.kind === 'TableExpression';
    if (isTable && !TABLE_FUNCTIONS.has(name)) throw refused(`the table function ${name} is not allowed here`);
    if (!isTable && !mayCall(name)) throw refused(`the function ${name} is not allowed here`);
  } else if (statement.confined) {
    checkDatabase(node, statement);
  }
}

function isQualified({ kind, name }: SyntaxNode): boolean {
  return (kind === 'TableIdentifier' || kind === 'Identifier') && name.includes('.');
}

/** `x IN system.tables` names a table as a plain identifier, so those are looked at too. */
function checkDatabase(node: SyntaxNode, { database, isForeign }: Confinement): void {
  if (!isQualified(node)) return;
  const [first = ''] = node.name.split('.');
  if (first === database) return;
  if (node.kind === 'TableIdentifier' || isForeign(first)) {
    throw refused(`${node.name} is in another database: write the table's name alone (SHOW TABLES lists them)`);
  }
}

function refused(why: string): StoreError {
  return new StoreError('sql-refused', why);
}
