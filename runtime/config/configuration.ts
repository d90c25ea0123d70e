/* Generated from runtime/config/schema.ts by `npm run generate`. Do not edit. */

/**
 * Configuration of a Parlance process: parlance.yaml, environment variables and defaults.
 */
export interface Configuration {
  /**
   * Folder for everything this process keeps on disk: embedded broker and store, engine state, keys. Relative to the working directory. One process at a time.
   */
  dataFolder: string;
  /**
   * What this process does: `engine` runs conversations, `edge` serves HTTP and connectors, `sink` writes events to the store. `all` is needed with the embedded broker.
   *
   * @minItems 1
   */
  roles: ['all' | 'engine' | 'edge' | 'sink', ...('all' | 'engine' | 'edge' | 'sink')[]];
  /**
   * Files and folders of definitions of the default tenant. At start, those are put in force that have changed since they last were from here.
   */
  conversations: string[];
  /**
   * Files and folders of JSON Schemas (YAML or JSON) for the default tenant's own event types, each named after its type: `com.clinic.appointment.booked.yaml`. Such events are refused where their data does not fit.
   */
  eventSchemas: string[];
  /**
   * The event broker.
   */
  broker: {
    /**
     * `embedded` (in this process, on disk), `pulsar://HOST:6650` or `pulsar+ssl://…` (native client), or `ws://HOST:8080` or `wss://…` (Pulsar over WebSocket).
     */
    url: string;
    /**
     * Pulsar's admin REST address, `http://HOST:8080`. Needed with `pulsar://`; with `ws://` it defaults to the same host over HTTP.
     */
    adminUrl?: string;
    /**
     * Token (JWT) that authenticates this process to Pulsar.
     */
    token?: string;
  };
  /**
   * ClickHouse, where every event is stored.
   */
  store: {
    /**
     * `embedded` (ClickHouse in this process) or the HTTP address of a server, `http://HOST:8123`.
     */
    url: string;
    /**
     * Database; created if it is missing.
     */
    database: string;
    /**
     * User on the server.
     */
    username?: string;
    /**
     * The user's password.
     */
    password?: string;
    /**
     * Name of a ClickHouse cluster, as the server at `url` knows it: tables are replicated and distributed over it. Chosen when the store is created. Not with `embedded`.
     */
    cluster?: string;
    /**
     * After how many months events are deleted; 0: never. By the time at which they came, and a whole month of them at a time.
     */
    keepEventsMonths: number;
    /**
     * After how many months the engine's steps are deleted; 0: never. Without them no state of that time can be rebuilt.
     */
    keepStepsMonths: number;
    /**
     * After how many months dead letters are deleted; 0: never.
     */
    keepDeadLettersMonths: number;
    /**
     * After how many months samples of the stream are deleted; 0: never. What is usual is learned from the newest weeks.
     */
    keepSamplesMonths: number;
    /**
     * Storage policy of the server for events, steps, dead letters and samples; it must have the volumes of the one before. Default: the server's. Not with `embedded`.
     */
    storagePolicy?: string;
    /**
     * Volume of that policy to which old rows are moved. Needs `coldAfterMonths`.
     */
    coldVolume?: string;
    /**
     * After how many months rows are moved to `coldVolume`; 0: never.
     */
    coldAfterMonths: number;
  };
  /**
   * The HTTP edge: events, web chat, SQL, health and metrics.
   */
  http: {
    /**
     * Address to listen on. Anything but loopback (`0.0.0.0`, `::`) is refused until a key exists: `parlance keys create`.
     */
    host: string;
    /**
     * Port to listen on; 0 takes a free one.
     */
    port: number;
    /**
     * Messages of a tenant that may wait for its conversations. While more do, until half as many do, nothing is taken for it: events are answered 503, people and gateways are asked to send again later. Not below what the engine reads in ten seconds.
     */
    maxWaiting: number;
  };
  /**
   * The tenant created at start, and meant where a command names none.
   */
  defaultTenant: {
    /**
     * Name: lower-case letters, digits and hyphens.
     */
    name: string;
    /**
     * Into how many partitions its contacts are spread when it is created; `parlance tenants grow` adds some later.
     */
    partitions: number;
  };
  /**
   * What the company of a tenant is called: `demo=Riverside Clinic`. It stands in the answers to HELP, STOP and START, and is the subject of e-mails that have none of their own. A tenant without one is not named there.
   */
  companies: string[];
  /**
   * Logs, on standard output. Addresses, texts and secrets are always redacted.
   */
  log: {
    /**
     * The least severe level that is written.
     */
    level: 'debug' | 'info' | 'warn' | 'error';
    /**
     * `json` (one object a line), `pretty` (for people), or `auto`: pretty on a terminal.
     */
    format: 'auto' | 'json' | 'pretty';
  };
  /**
   * The web chat page.
   */
  webchat: {
    /**
     * Whether the page is served.
     */
    enabled: boolean;
    /**
     * The page's heading.
     */
    title: string;
    /**
     * Origins at which browsers see the page, where a proxy in front rewrites the Host header: `https://chat.example.org`. The host that a request names is always let in.
     */
    allowedOrigins: string[];
  };
  /**
   * SMS and e-mail without a provider: messages are rendered and recorded, nobody gets them.
   */
  recording: {
    /**
     * What is recorded instead of sent: `sms`, `email`. `parlance outbox` lists it. Never in production: messages count as delivered.
     */
    connectors: ('sms' | 'email')[];
  };
  /**
   * How data sources are asked over HTTP. Secrets come from `PARLANCE_SECRET_TENANT__NAME` (capitals, `-` as `_`) or from files.
   */
  fetch: {
    /**
     * Folder of secrets for data sources, one file each: `TENANT/NAME`, as Kubernetes mounts them. Read anew each time.
     */
    secretsFolder?: string;
    /**
     * Networks that may be asked although they are not public, such as `10.1.0.0/16`. Loopback, private, link-local and cloud metadata addresses are refused otherwise.
     */
    allowedNetworks: string[];
    /**
     * Largest answer of a data source, in bytes.
     */
    maxResponseBytes: number;
    /**
     * Requests to data sources under way at a time, per tenant.
     */
    maxConcurrent: number;
    /**
     * Of these, to one host.
     */
    maxConcurrentPerHost: number;
  };
  /**
   * The inbox for a support desk: `/v1/tenants/TENANT/handoffs`.
   */
  handoff: {
    /**
     * Whether it is served. In one process of a tenant only: it keeps its view on its own disk.
     */
    enabled: boolean;
  };
  /**
   * Starts by `schedule`, which a process with the role `edge` sends to its contact lists.
   */
  schedules: {
    /**
     * Whether it sends. In one process of a tenant only: the one that has the contact lists.
     */
    enabled: boolean;
  };
  /**
   * Learns from the stored stream what is usual, and states `baseline.departed` where it is not so. In processes with the role `sink`.
   */
  baseline: {
    /**
     * Whether the stream is sampled and judged.
     */
    enabled: boolean;
  };
  /**
   * Scenarios that a process with the role `edge` plays again and again on the running platform, with people who do not exist.
   */
  probe: {
    /**
     * Files and folders of scenarios (`*.test.yaml`), each beside its definition, of the default tenant. None: nothing is probed.
     */
    scenarios: string[];
    /**
     * From one run of all scenarios to the next, a tenth more or less.
     */
    intervalSeconds: number;
    /**
     * How long an expectation is waited for.
     */
    timeoutSeconds: number;
    /**
     * Whether tests may let time pass at once for people who do not exist: then `parlance expect` plays what takes days. The probe itself never does.
     */
    timePasses: boolean;
    /**
     * Where the platform is asked, best as people reach it. Without it, this process itself.
     */
    url?: string;
    /**
     * Key with the scopes `events:write`, `messages:write` and `sql:read`. Needed once the tenant has any.
     */
    key?: string;
  };
  /**
   * Time to stop after SIGTERM, before the process ends anyway, with exit code 1. Below what kills it: 30 seconds by default in Kubernetes.
   */
  stopSeconds: number;
}
