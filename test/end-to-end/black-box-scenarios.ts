/** Definitions and scenarios of the black-box test: alike here and on the platform, but for one fault each. */
export const visit = (name: string, steps: string): string => `
conversation: ${name}
start:
  - match: [${name}]
vars: { count: { type: integer, default: 0 } }
steps:
${steps}
`;

export const scenario = (name: string, steps: string): string => `
scenarios: ${name}
cases:
  - case: ${name}
    steps:
      - reply: ${name}
${steps}
`;

export const STEPS: string = `  - say: One
  - say: Two
  - ask: How many?
    into: count
    within: 1d
    replies:
      - otherwise: { say: "A number, please.", again: 2, exhausted: { end: lost } }
    silence: [{ end: silent }]
  - emit: { type: com.shop.counted, data: { count: "\${vars.count}", by: person } }
  - end: counted`;

export const EXPECTED: string = `      - says: One
      - says: Two
      - says: How many?
      - reply: '3'
      - emits: { type: com.shop.counted, data: { count: 3, by: person } }
      - ends: counted`;

/** What the platform does otherwise, and how that is told. */
export const FAULTS: Readonly<Record<string, readonly [from: string, to: string, told: readonly object[]]>> = {
  missing: ['  - say: Two\n', '', [{ kind: 'missing', line: 8, what: 'message.requested "Two"' }]],
  unexpected: [
    '  - say: Two\n',
    '  - say: Two\n  - say: Three\n',
    [{ kind: 'unexpected', line: 6, what: 'message.requested "Three"' }],
  ],
  swapped: [
    '  - say: One\n  - say: Two\n',
    '  - say: Two\n  - say: One\n',
    [{ kind: 'out-of-order', line: 7, what: 'message.requested "One"' }],
  ],
  reworded: [
    'Two',
    'Twice',
    [{ kind: 'wrong', line: 8, what: 'message.requested', field: 'data.text', expected: '"Two"', actual: '"Twice"' }],
  ],
  miscounted: [
    'by: person',
    'by: machine',
    [
      {
        ...{ kind: 'wrong', line: 11, what: 'com.shop.counted', field: 'data.by' },
        ...{ expected: '"person"', actual: '"machine"' },
      },
    ],
  ],
  misled: [
    'end: counted',
    'end: lost',
    [
      {
        ...{ kind: 'wrong', line: 12, what: 'conversation.completed', field: 'data.outcome' },
        ...{ expected: 'counted', actual: 'lost' },
      },
    ],
  ],
};

export const DELIVERY: string = `
conversation: delivery
start:
  - event: com.shop.parcel.out
    contact: event.data.contact
    inputs: { parcel: "\${event.data.parcel}" }
inputs: { parcel: text }
vars: { attempts: { type: integer, default: 1 } }
steps:
  - say: "Parcel \${inputs.parcel} comes today."
  - step: arrival
    listen:
      any:
        - event: com.shop.parcel.delivered
          key: event.data.parcel
          equals: inputs.parcel
    within: 2d
    silence: [{ end: never-delivered }]
  - say: "Did parcel \${inputs.parcel} arrive well?"
  - end: delivered
`;

export const DELIVERY_SCENARIOS: string = `
scenarios: delivery
given:
  contact: { phone: '+12125550123' }
cases:
  - case: it comes
    steps:
      - event: { type: com.shop.parcel.out, data: { parcel: P7, contact: '+12125550123' } }
      - says: { text: Parcel P7 comes today., connector: sms }
      - waits: arrival
      - vars: { attempts: 1 }
      - event: { type: com.shop.parcel.delivered, data: { parcel: P7 } }
      - says: Did parcel P7 arrive well?
      - ends: delivered
  - case: it does not come
    steps:
      - event: { type: com.shop.parcel.out, data: { parcel: P7, contact: '+12125550123' } }
      - says: { text: Parcel P7 comes today., at: '2026-03-02T09:00:00Z' }
      - advance: 1d
      - waits: arrival
      - advance: 1d
      - ends: never-delivered
  - case: somebody else is named
    steps:
      - event: { type: com.shop.parcel.out, data: { parcel: P7, contact: '+12125550123', cc: '+12125550199' } }
      - says: Parcel P7 comes today.
  - case: the message does not get there
    given: { receipts: by-hand }
    steps:
      - event: { type: com.shop.parcel.out, data: { parcel: P8, contact: '+12125550123' } }
      - says: Parcel P8 comes today.
      - receive: { type: message.failed, data: { code: unreachable, reason: the phone is off } }
      - happens: { type: message.failed, data: { code: unreachable } }
`;

/** What the world around a person does is the scenario's: their shop's answers, a colleague, a broadcast, a schedule. */
export const WORLD: string = `
conversation: world
locales: [en, es]
start:
  - broadcast: true
  - schedule: { at: '09:00', days: mon-fri, list: members }
inputs:
  number: text
steps:
  - fetch: order
    with: { number: "\${inputs.number}" }
    failed: { end: "unknown" }
  - say:
      text:
        en: "It is \${data.order.status}, \${data.order.name}."
        es: "Está \${data.order.status}, \${data.order.name}."
  - handoff: desk
    within: 1d
    returned: { end: helped }
    nobody: { end: unhelped }
data:
  order:
    inputs: { number: text }
    get: "https://shop.invalid/orders/\${inputs.number}"
    returns: { status: text, name: text }
`;

export const WORLD_SCENARIOS: string = `
scenarios: world
given:
  contact: { phone: '+12125550123' }
  data: { order: { status: packed, name: Ana } }
cases:
  - case: by a broadcast
    steps:
      - broadcast: { inputs: { number: A7 } }
      - says: It is packed, Ana.
      - happens: { type: conversation.handed-off, data: { queue: desk } }
      - agent: { taken: true, name: eva }
      - agent: { reply: What can I do for you?, name: eva }
      - says: What can I do for you?
      - agent: { returned: returned, name: eva }
      - ends: helped
  - case: by a schedule, in Spanish, and the shop takes its time
    given: { contact: { phone: '+12125550123', locale: es } }
    steps:
      - slow: { order: 1s }
      - schedule: { inputs: { number: A7 } }
      - no-message: true
      - advance: 1s
      - says: Está packed, Ana.
  - case: the shop does not answer
    steps:
      - failing: { order: data-timed-out }
      - schedule: { list: members, inputs: { number: A7 } }
      - ends: unknown
  - case: a recipient without a number
    steps:
      - broadcast: {}
      - happens: { type: broadcast.recipient-skipped, data: { reason: inputs.number is missing } }
  - case: nobody of the list is meant
    steps:
      - schedule: { list: strangers, inputs: { number: A7 } }
      - happens: { type: broadcast.recipient-skipped, data: { reason: world does not start by this schedule } }
`;
