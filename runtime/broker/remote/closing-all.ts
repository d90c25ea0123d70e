import type { Broker } from '../port.ts';
import { OpenResources } from './open-resources.ts';

/** A remote driver that, before it closes itself, closes whatever was opened from it. */
export function closingAll(driver: Broker): Broker {
  const opened = new OpenResources();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    try {
      await opened.close();
    } finally {
      await driver.close();
    }
  };
  return {
    driver: driver.driver,
    capabilities: driver.capabilities,
    admin: driver.admin,
    createProducer: (options) => opened.add(() => driver.createProducer(options)),
    subscribe: (options) => opened.add(() => driver.subscribe(options)),
    createReader: (options) => opened.add(() => driver.createReader(options)),
    close: () => (closing ??= close()),
  };
}
