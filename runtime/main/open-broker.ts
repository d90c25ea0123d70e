import { join } from 'node:path';
import { openBroker as openDriver } from '../broker/open.ts';
import type { Broker } from '../broker/port.ts';
import type { Configuration } from '../config/configuration.ts';

/** As configured. Rejects with BrokerError. */
export function openBroker({ broker, dataFolder }: Configuration): Promise<Broker> {
  const { url, adminUrl, token } = broker;
  return openDriver(url.replace(/\/$/, ''), { adminUrl, token, folder: join(dataFolder, 'broker') });
}
