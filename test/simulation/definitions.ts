import { compileText } from '../../dsl/compile/compile.ts';
import type { Machine } from '../../dsl/machine/machine.ts';

const GREETING = `conversation: greeting
about: Asks how somebody is, and reminds them once.
start:
  - match: hello
steps:
  - ask: How are you?
    within: 40s
    replies:
      - match: good
        say: Glad to hear that.
        end: good
      - otherwise:
          say: Good or not?
          again: 2
          exhausted: { end: not-understood }
    silence:
      - say: Are you there?
        within: 40s
      - end: no-answer
`;

/** What an operator publishes in its place: two of its states are the same. */
export const GREETING_ANEW: string = GREETING.replace('Glad to hear that.', 'Good!').replace(
  'Good or not?',
  'Yes or no?',
);

/** Small conversations that together wait in every way that there is, for seconds to minutes, and end by themselves. */
const TEXTS: readonly string[] = [
  GREETING,
  `conversation: later
about: Comes back after a while.
start:
  - match: later
steps:
  - say: Fine, later.
  - delay: { for: 30s }
  - say: Now it is later.
    end: done
`,
  `conversation: order
about: Looks an order up in the shop's own system.
start:
  - match: order
steps:
  - fetch: order
    failed:
      say: I can not find it.
      end: unknown
  - say: It is \${data.order.status}.
    end: found
data:
  order:
    get: https://shop.example/orders/A7
    timeout: 5s
    returns:
      status: { enum: [packed, sent] }
`,
  `conversation: shipping
about: Tells when an order is paid.
start:
  - event: com.shop.order.placed
    contact: event.data.customer
    inputs: { order: '\${event.data.order}' }
    again: parallel
    key: event.data.order
inputs:
  order: text
steps:
  - listen:
      any:
        - event: com.shop.order.paid
          key: event.data.order
          equals: inputs.order
          say: 'Your order \${inputs.order} is paid.'
          goto: next
    within: 60s
    silence:
      - say: 'Nobody has paid for \${inputs.order}.'
        end: unpaid
  - delay: { for: 10s }
  - say: 'Your order \${inputs.order} is on its way.'
    end: sent
`,
  `conversation: offer
about: Tells everybody in a list of something.
start:
  - broadcast: true
steps:
  - ask: Something is new. Do you want it?
    within: 20s
    replies:
      - match: good
        say: It is yours.
        end: taken
      - otherwise: { end: not-wanted }
    silence: [{ end: no-answer }]
`,
  `conversation: notice
about: Tells the members something each day.
zone: Etc/UTC
start:
  - schedule: { at: '12:01', list: members }
steps:
  - say: It is one past noon.
    end: told
`,
];

/** The first is the one of which there is another version. */
export function simulatedMachines(): readonly Machine[] {
  return TEXTS.map((text, at) => {
    const compiled = compileText(text, { file: `simulated-${at}.yaml` });
    if ('machine' in compiled) return compiled.machine;
    const problems = compiled.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
    throw new Error(`a simulated definition does not compile:\n${problems.join('\n')}`);
  });
}
