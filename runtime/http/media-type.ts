import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './problem.ts';

/** The content modes of the CloudEvents HTTP binding. */
export type ContentMode = 'binary' | 'structured' | 'batch';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/** Any JSON: `application/json`, `application/vnd.clinic+json`. */
export function isJsonType(mediaType: string): boolean {
  return /^(application|text)\/json$|^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\+json$/.test(essence(mediaType));
}

/** Without parameters, in lower case. */
function essence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** How the event is carried, by the headers alone. Throws `media-type-unsupported`. */
export function contentModeOf(headers: IncomingHttpHeaders): ContentMode {
  const type = headers['content-type'] ?? '';
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw unsupported(`charset "${charset}" is not supported: send UTF-8`);
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw unsupported(`content encoding "${encoding}" is not supported: send the body as it is`);
  }
  const name = essence(type);
  if (name === STRUCTURED) return 'structured';
  if (name === BATCH) return 'batch';
  if (name.startsWith('application/cloudevents')) {
    throw unsupported(`"${name}" is not supported: send ${STRUCTURED} or ${BATCH}`);
  }
  const isBinary = Object.keys(headers).some((header) => header.startsWith('ce-'));
  if (!isBinary) {
    throw unsupported(`send ${STRUCTURED}, ${BATCH}, or application/json with the attributes in ce- headers`);
  }
  if (type !== '' && !isJsonType(type)) {
    throw unsupported(`data of type "${name}" is not supported: send application/json`);
  }
  return 'binary';
}

function unsupported(detail: string): HttpError {
  return new HttpError('media-type-unsupported', detail, { headers: { Accept: `${STRUCTURED}, ${BATCH}` } });
}
