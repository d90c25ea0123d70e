export interface PulsarPorts {
  readonly broker: number;
  readonly web: number;
  readonly bookie: number;
}

/**
 * The standalone broker's configuration file: loopback only, one replica of everything, WebSocket service on the web
 * port. What is not named keeps Pulsar's default, so that tests meet the defaults of a customer's broker.
 */
export function standaloneConfiguration(ports: PulsarPorts): string {
  const settings: Record<string, string | number | boolean> = {
    clusterName: 'standalone',
    bindAddress: '127.0.0.1',
    advertisedAddress: '127.0.0.1',
    brokerServicePort: ports.broker,
    webServicePort: ports.web,
    webSocketServiceEnabled: true,
    // A message of the largest size (5 MiB) in base64. The default, 1 MiB of frame, is enough for events.
    webSocketMaxTextFrameSize: 8 * 1024 * 1024,
    managedLedgerDefaultEnsembleSize: 1,
    managedLedgerDefaultWriteQuorum: 1,
    managedLedgerDefaultAckQuorum: 1,
    // The bookie's own settings travel in the same file. It listens on loopback and keeps Pulsar's fsync per group.
    advertisedBookieAddress: '127.0.0.1',
    listeningInterface: 'lo',
    allowLoopback: true,
    journalSyncData: true,
    journalMaxGroupWaitMSec: 1,
    // A laptop's disk may be fuller than the 95 % at which a bookie turns read-only.
    diskUsageThreshold: 0.99,
    diskUsageWarnThreshold: 0.98,
    dbStorage_writeCacheMaxSizeMb: 32,
    dbStorage_readAheadCacheMaxSizeMb: 32,
    // Metadata is small here: the load report and the function worker are not needed.
    loadBalancerEnabled: false,
    functionsWorkerEnabled: false,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.toString()}\n`)
    .join('');
}
