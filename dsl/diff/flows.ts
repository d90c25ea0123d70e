/** Facts of what a flow declares: inputs, variables, what it gives back, and its data sources. */
import type { DataSource } from '../machine/data-source.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN } from '../machine/machine.ts';
import type { ValueType } from '../machine/value-types.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { Fact } from './fact.ts';
import { requestText, typeText, valueText } from './values.ts';

export function declarationFacts(name: string, { inputs, vars, returns, sources }: Flow): readonly Fact[] {
  const within = name === MAIN ? '' : `${name}/`;
  const logic = (where: string, value: string): Fact => ({ kind: 'logic', where: `${within}${where}`, value });
  return [
    ...Object.entries(inputs).map(([input, type]): Fact => ({
      ...{ kind: 'input', where: `${within}${input}` },
      value: typeText(type),
    })),
    ...Object.entries(vars).map(([variable, type]) => logic(`variable ${variable}`, typeText(type))),
    ...(returns.length === 0 ? [] : [logic('returns', returns.join(', '))]),
    ...Object.entries(sources).flatMap(([source, one]) => sourceFacts(`${within}data ${source}`, one)),
  ];
}

function sourceFacts(where: string, source: DataSource): readonly Fact[] {
  const { method, url, headers, body, timeoutMs, retries, cacheMs, inputs = {}, returns, map } = source;
  const logic = (about: string, value: string | undefined): readonly Fact[] =>
    value === undefined ? [] : [{ kind: 'logic', where: `${where}: ${about}`, value }];
  const timing = (about: string, ms: number | undefined): readonly Fact[] =>
    ms === undefined ? [] : [{ kind: 'timing', where: `${where}: ${about}`, value: formatDuration(ms) }];
  const types = (about: string, fields: Readonly<Record<string, ValueType>>): readonly Fact[] =>
    Object.entries(fields).flatMap(([field, type]) => logic(`${about} ${field}`, typeText(type)));
  return [
    ...logic('request', `${method} ${requestText(url)}`),
    ...Object.entries(headers).flatMap(([header, parts]) => logic(`header ${header}`, requestText(parts))),
    ...logic('body', body && valueText(body)),
    ...timing('time-out', timeoutMs),
    ...logic('retries', retries?.toString()),
    ...timing('kept for', cacheMs),
    ...types('input', inputs),
    ...types('returns', returns),
    ...Object.entries(map).flatMap(([field, expression]) => logic(`takes ${field} from`, expression)),
  ];
}
