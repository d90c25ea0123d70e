/** Run by `npm install`, at the end: says what to do where npm left out the optional native Pulsar client. */
import { createRequire } from 'node:module';

try {
  createRequire(import.meta.url)('pulsar-client');
} catch {
  console.log(
    'Note: the native Pulsar client is not installed (its binary could not be downloaded). Everything but pulsar:// ' +
      'addresses works without it, and ws:// reaches Pulsar too. To try again: npm install pulsar-client',
  );
}
