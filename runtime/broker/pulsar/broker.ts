import { PulsarAdmin } from '../admin/pulsar-admin.ts';
import type { Broker } from '../port.ts';
import { closingAll } from '../remote/closing-all.ts';
import type { RemoteAdmin } from '../remote/remote-admin.ts';
import { type ClientConfig, loadAddon } from './addon.ts';
import { createNativeConsumer } from './consumer.ts';
import type { NativeClient } from './native-client.ts';
import { createNativeProducer } from './producer.ts';
import { createNativeReader } from './reader.ts';

export interface PulsarBrokerOptions {
  /** `pulsar://` or `pulsar+ssl://`: the binary protocol. */
  readonly serviceUrl: string;
  /** `http://` or `https://`: the admin REST API. */
  readonly adminUrl: string;
  readonly token?: string | undefined;
  /** Default: the optional dependency `pulsar-client`. */
  readonly load?: () => Promise<unknown>;
  /** Default: the REST client for `adminUrl`. */
  readonly admin?: RemoteAdmin;
  /** Warnings and errors of the C++ client. Default: dropped, since every error also reaches a caller. */
  readonly log?: (message: string) => void;
}

const OPERATION_TIMEOUT_SECONDS = 30;

/** The client's levels: 0 debug, 1 info, 2 warn, 3 error. */
const LOG_WARNINGS = 2;

/** In a variable, so that the compiler does not ask for a package that may be absent. */
const PACKAGE: string = 'pulsar-client';

/**
 * Apache Pulsar through its official native client, which is loaded here and only here. The client reconnects by
 * itself. Rejects with `native-client-missing`.
 */
export async function createPulsarBroker(options: PulsarBrokerOptions): Promise<Broker> {
  const { serviceUrl, adminUrl, token, load = () => import(PACKAGE), log } = options;
  const addon = await loadAddon(load);
  const config: ClientConfig = {
    serviceUrl,
    operationTimeoutSeconds: OPERATION_TIMEOUT_SECONDS,
    statsIntervalInSeconds: 0,
    logLevel: LOG_WARNINGS,
    log: (_level, _file, _line, message) => log?.(message),
    ...(token === undefined ? {} : { authentication: new addon.AuthenticationToken({ token }) }),
  };
  const admin = options.admin ?? new PulsarAdmin({ adminUrl, token });
  const native: NativeClient = { addon, client: new addon.Client(config), admin };
  return closingAll({
    driver: 'pulsar',
    capabilities: { fencing: true, dedup: true, compaction: true },
    admin,
    createProducer: (producer) => createNativeProducer(native, producer),
    subscribe: (consumer) => createNativeConsumer(native, consumer),
    createReader: (reader) => createNativeReader(native, reader),
    close: async () => {
      await native.client.close().catch(() => undefined);
      await admin.close();
    },
  });
}
