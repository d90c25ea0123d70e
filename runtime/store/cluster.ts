/**
 * A statement for one server, as migrations and views write it, on a cluster: tables are replicated within a shard and
 * lie in a database of their own; in front of each, under the name that it has on one server, is a Distributed table. So
 * there is one definition of each table, and whoever writes or reads need not know.
 */
import { quoteName } from './quote.ts';

/** Rows that ClickHouse may merge into one, or that a view joins, must share a shard: an expression over columns. */
const SHARDED_BY: Readonly<Record<string, string>> = {
  events: "cityHash64(tenant, multiIf(conversation != '', conversation, subject != '', subject, id))",
  steps: 'cityHash64(tenant, partition)',
  definitions: 'cityHash64(tenant)',
  definition_states: 'cityHash64(tenant, machine)',
  definition_transitions: 'cityHash64(tenant, machine)',
  dead_letters: 'cityHash64(tenant, topic)',
  marks: 'cityHash64(tenant, topic)',
  samples: 'cityHash64(tenant, series)',
};

/** Tables with rows of tenants: all but the list of migrations. A test holds this against the tables that there are. */
export const TENANT_TABLES: readonly string[] = Object.keys(SHARDED_BY);

/** On every server whole: small, and asked before anything else. */
const EVERYWHERE: ReadonlySet<string> = new Set(['migrations']);

/** How long a token is remembered. The sink repeats a batch as soon as it is back, so this is the longest outage. */
const TOKEN_SECONDS = 30 * 24 * 3600;

/** Database of the replicated tables behind the distributed ones. */
export function localDatabase(database: string): string {
  return `${database}_local`;
}

export interface ClusterTarget {
  readonly cluster: string;
  readonly database: string;
}

/** The statements that do on the cluster what `statement` does on one server. Throws where it is none of ours. */
export function onCluster(statement: string, target: ClusterTarget): readonly string[] {
  const { database } = target;
  const [, verb = '', object = '', name = ''] = HEAD.exec(statement) ?? [];
  const table = name.startsWith(`${database}.`) ? name.slice(database.length + 1) : undefined;
  switch (verb && `${verb.split(' ')[0] ?? ''} ${object}`) {
    case 'CREATE DATABASE':
      return name === database
        ? [everywhere(statement, target), everywhere(inLocal(statement, database), target)]
        : [everywhere(statement, target)];
    case 'CREATE TABLE':
      return table === undefined ? unknown(statement) : createTable(statement, table, target);
    case 'CREATE MATERIALIZED VIEW':
      return [everywhere(inLocal(statement, database), target)];
    case 'CREATE VIEW':
    case 'DROP VIEW':
      return [everywhere(statement, target)];
    case 'ALTER TABLE':
      return table === undefined ? unknown(statement) : alterTable(statement, target);
    default:
      return /^INSERT INTO /.test(statement) ? [statement] : unknown(statement);
  }
}

const NAME = '(?:`[^`]+`|\\w+)';
const HEAD = new RegExp(
  `^(CREATE(?: OR REPLACE)?|ALTER|DROP) (DATABASE|TABLE|VIEW|MATERIALIZED VIEW)(?: IF (?:NOT )?EXISTS)? (${NAME}(?:\\.${NAME})?)`,
);

function createTable(statement: string, table: string, target: ClusterTarget): readonly string[] {
  if (EVERYWHERE.has(table)) {
    return [everywhere(replicated(statement, 'everywhere', '{shard}-{replica}'), target)];
  }
  const key = SHARDED_BY[table];
  if (key === undefined) throw new Error(`no sharding key is known for the table ${table}: name one in cluster.ts`);
  const { database, cluster } = target;
  const local = localDatabase(database);
  return [
    everywhere(replicated(inLocal(statement, database), '{shard}', '{replica}'), target),
    `CREATE TABLE IF NOT EXISTS ${database}.${table} ON CLUSTER ${quoteName(cluster)} AS ${local}.${table}
ENGINE = Distributed(${quoteName(cluster)}, ${local}, ${table}, ${key})`,
  ];
}

/** Columns are declared on both sides; codecs, indexes, deletion and settings belong to the replicated table alone. */
function alterTable(statement: string, target: ClusterTarget): readonly string[] {
  const columns = /\b(ADD|DROP|RENAME|COMMENT) COLUMN\b/.test(statement);
  if (columns && /\b(INDEX|PROJECTION|TTL|SETTING)\b/.test(statement)) {
    throw new Error(`columns are altered in a statement of their own: ${statement}`);
  }
  const local = everywhere(inLocal(statement, target.database), target);
  return columns ? [local, everywhere(statement, target)] : [local];
}

function everywhere(statement: string, { cluster }: ClusterTarget): string {
  return statement.replace(HEAD, (head) => `${head} ON CLUSTER ${quoteName(cluster)}`);
}

function inLocal(statement: string, database: string): string {
  const local = localDatabase(database);
  return statement
    .replace(new RegExp(`^(CREATE DATABASE IF NOT EXISTS )${database}$`), `$1${local}`)
    .replaceAll(new RegExp(`(?<![\\w.\`])${database}\\.(?=[\\w\`])`, 'g'), `${local}.`);
}

/**
 * The path names no UUID, so that a server which joins later, or is set up again, finds its siblings. A server's own
 * window of tokens has no meaning for replicas: theirs is in the keeper.
 */
function replicated(statement: string, shard: string, replica: string): string {
  return statement
    .replace(
      /\bENGINE = (\w*MergeTree)(?:\(([^)]*)\))?/,
      (_, engine: string, own: string | undefined) =>
        `ENGINE = Replicated${engine}('/clickhouse/tables/${shard}/{database}/{table}', '${replica}'${own ? `, ${own}` : ''})`,
    )
    .replace(
      /\bnon_replicated_deduplication_window = (\d+)/,
      `replicated_deduplication_window = $1, replicated_deduplication_window_seconds = ${TOKEN_SECONDS}`,
    );
}

function unknown(statement: string): never {
  throw new Error(`there is no rule in cluster.ts for: ${statement}`);
}
