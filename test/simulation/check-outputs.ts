import { PLAIN_CODEC } from '../../channels/codec.ts';
import { deadLetterTopic, partitionTopic } from '../../channels/topics.ts';
import type { Message } from '../../runtime/broker/port.ts';
import { outputsOf } from '../../runtime/engine/output-writer.ts';
import type { CheckedLoop } from './check-loop.ts';
import { TENANT } from './founding.ts';
import { identityOf, isRedriven, takenOf, type History } from './history.ts';

/** Each output of each step is on its topic and taken by consumers once, in order; nothing else is there. */
export function checkOutputs(history: History, loops: readonly CheckedLoop[]): readonly string[] {
  const problems: string[] = [];
  const expected = new Map<string, string>();
  for (const { records } of loops) {
    for (const record of records) {
      for (const output of outputsOf(record, PLAIN_CODEC)) {
        const json = output.message().payload.toString();
        expected.set(`${output.topic} ${idOfJson(json)}`, json);
      }
    }
  }
  for (const [topic, messages] of history) {
    const ofLoops = (message: Message): boolean =>
      /^\/(engine|router)\//.test(identityOf(message).source) && !isRedriven(message);
    if (topic === partitionTopic(deadLetterTopic(TENANT), 0)) continue;
    const emitted = messages.filter(ofLoops);
    for (const message of emitted) {
      const { id } = identityOf(message);
      const json = expected.get(`${topic} ${id}`);
      if (json === undefined) problems.push(`${topic} has ${id}, which no step that counts emitted`);
      else if (json !== message.payload.toString('utf8'))
        problems.push(`${topic} has ${id} with other contents than its step's`);
    }
    const taken = new Set(takenOf(messages).map((message) => `${topic} ${identityOf(message).id}`));
    for (const key of expected.keys()) {
      if (key.startsWith(`${topic} `) && !taken.has(key))
        problems.push(`the output ${key} is missing, or hidden by a later one`);
    }
  }
  return problems;
}

function idOfJson(json: string): string {
  return (JSON.parse(json) as { readonly id: string }).id;
}
