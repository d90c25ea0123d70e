import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import { redact, redactText } from './log-redaction.ts';
import { prettyLine } from './log-pretty.ts';

/** What every part is given to log with: fields first, then one plain sentence. Also a connector's log. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A log whose every line carries `fields` as well. */
  child(fields: object): Log;
}

export interface LogOptions {
  readonly level: Extract<Level, 'debug' | 'info' | 'warn' | 'error'>;
  /** `auto`: pretty on a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
  /** Default: standard output. */
  readonly output?: LogOutput;
}

export interface LogOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/**
 * JSON lines (level, time, msg, fields), or readable ones. Secrets, addresses and texts are redacted in every field
 * and message, whoever logs them.
 */
export function createLog(options: LogOptions): Log {
  const output = options.output ?? process.stdout;
  const pretty = options.format === 'pretty' || (options.format === 'auto' && output.isTTY === true);
  const destination: DestinationStream = {
    write: (line) => {
      output.write(pretty ? prettyLine(line, output.isTTY === true) : line);
    },
  };
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      // Errors are written by `redact`, so that their messages are redacted too.
      serializers: { err: (value: unknown) => value },
      hooks: {
        logMethod(parameters, method) {
          const [fields, message] = parameters as [object, string?];
          method.call(this, fields, message === undefined ? undefined : redactText(message));
        },
      },
    },
    destination,
  );
  return wrap(root);
}

/** pino writes what a child carries once, when it is made, past the formatters: it is redacted here. */
function wrap(logger: Logger): Log {
  return {
    debug: logger.debug.bind(logger),
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
    child: (fields) => wrap(logger.child(redact(fields) as Record<string, unknown>)),
  };
}
